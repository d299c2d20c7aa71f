"""Intern one of 2,000 strings, chosen at random, as it is read anew.

Does not leak: there are only 2,000 of them, which stay interned on 3.12 (where interned strings live for ever) and come
and go elsewhere.
"""

import random
import sys

TRUTH = "clean"
RATE = 0.0
CHOICE = random.Random(12)


def operation(i):
    state = sys.intern(f"state_{CHOICE.randrange(2000):06d}")
    return state.upper()
