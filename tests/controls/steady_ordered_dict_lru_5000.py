"""Keep the 5,000 entries used last in an OrderedDict, half of the look-ups being hits.

Does not leak: each entry beyond 5,000 drives out the one that was used longest ago.
"""

import collections
import random

TRUTH = "clean"
RATE = 0.0
CACHE = collections.OrderedDict()
CHOICE = random.Random(5000)


def operation(i):
    key = CHOICE.randrange(10_000)
    if key in CACHE:
        CACHE.move_to_end(key)
        return CACHE[key][0]
    CACHE[key] = (key * 3, f"entry {key}")
    if len(CACHE) > 5000:
        CACHE.popitem(last=False)
    return None
