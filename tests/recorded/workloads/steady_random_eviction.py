"""Keep answers in a dict of at most 4000 entries of random size, from which a random one goes when it is full.

Does not leak: the number of entries is bounded and their mean size is fixed.
"""

import random

TRUTH = "clean"
RATE = 0.0
REQUIRES = ()

_random = random.Random(4)
KEYS = []
ANSWERS = {}


def operation(i):
    if len(KEYS) == 4000:
        place = _random.randrange(4000)
        del ANSWERS[KEYS[place]]
        KEYS[place] = i
    else:
        KEYS.append(i)
    ANSWERS[i] = bytes(_random.randrange(20, 600))
