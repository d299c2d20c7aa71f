"""Keep each result for 4,000 operations, and sweep out what has expired every 500.

Does not leak: no more than 4,500 entries are ever alive. It grows for 4,000 operations, then rises and falls by 500
entries.
"""

import collections

TRUTH = "clean"
RATE = 0.0
LIFE = 4000
CACHE = collections.OrderedDict()


def _sweep(now):
    while CACHE and CACHE[next(iter(CACHE))][0] <= now:
        CACHE.popitem(last=False)


def operation(i):
    CACHE[f"answer:{i:09d}"] = (i + LIFE, bytes(64))
    if i % 500 == 0:
        _sweep(i)
    return len(CACHE) // 1000
