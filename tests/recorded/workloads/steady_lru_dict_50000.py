"""Put five new keys per operation into an lru-dict of 50,000 entries.

Does not leak: it is full after 10,000 operations, but grows all the way until then.
"""

from lru import LRU

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("lru-dict",)

_cache = LRU(50_000)


def operation(i):
    for k in range(5):
        _cache[i * 5 + k] = (i, k)
    return len(_cache)
