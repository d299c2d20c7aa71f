"""Look up a profile in a dict that serves as a cache, under a key that is new each time.

Leaks: the cache has no bound and no key comes twice, so each operation adds a key (64 to 80 bytes), a value (288) and
a share of a table that doubles now and then (30 to 60, half of that from 3.11 on).
"""

TRUTH = "leaking"
RATE = 400.0
HOLDER = "CACHE"
CACHE = {}


def _load(key):
    return bytes(255 - len(key) % 2)  # leaks


def operation(i):
    key = f"user:{i:010d}:profile"  # leaks
    profile = CACHE.get(key)
    if profile is None:
        profile = CACHE[key] = _load(key)  # leaks
    return sum(profile[:16])
