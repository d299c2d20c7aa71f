"""Look up one of 20,000 keys at random in a dict that serves as a cache without a bound.

Does not leak: the keys are finite. The cache fills ever more slowly, half of it in 14,000 operations, all but a
hundredth in 92,000; the table doubles on the way.
"""

import random

TRUTH = "clean"
RATE = 0.0
CACHE = {}
CHOICE = random.Random(20_000)


def operation(i):
    key = CHOICE.randrange(20_000)
    value = CACHE.get(key)
    if value is None:
        value = CACHE[key] = b"%08d" % key + bytes(100)
    return value[:8]
