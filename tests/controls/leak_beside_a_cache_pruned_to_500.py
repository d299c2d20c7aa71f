"""Keep an object in every tenth operation, beside a cache that is pruned to 500 pages whenever it holds 750.

Leaks: 1.6 bytes of the object and 0.8 of the list per operation, where memory rises and falls by 1 MB.
"""

TRUTH = "leaking"
RATE = 2.4
HOLDER = "_kept"


class PageCache(dict):
    maxsize = 500


_cache = PageCache()
_kept = []


def operation(i):
    _cache[i] = bytes(4_000)
    if len(_cache) > 750:
        for key in list(_cache)[:-500]:
            del _cache[key]
    if i % 10 == 0:
        _kept.append(object())  # leaks
