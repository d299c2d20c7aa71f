"""Keep an answer for a fifth of a second in cachetools' TTLCache, with ever new keys.

Does not leak: 10,000 entries at most, and fewer when time runs out first.
"""

from cachetools import TTLCache

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("cachetools",)

_cache = TTLCache(maxsize=10_000, ttl=0.2)


def operation(i):
    _cache[f"query-{i}"] = {"rows": [i, i + 1]}
    return _cache.get(f"query-{i - 100}")
