"""Keep a rendered page of 4 kB an operation in a cache that is pruned to 500 whenever it holds 750.

Does not leak: memory climbs by 1 MB and falls again, every 250 operations.
"""

TRUTH = "clean"
RATE = 0.0


class PageCache(dict):
    maxsize = 500


_cache = PageCache()


def operation(i):
    _cache[i] = bytes(4_000)
    if len(_cache) > 750:
        for key in list(_cache)[:-500]:
            del _cache[key]
