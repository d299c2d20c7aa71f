"""Cache a price under a key per basket in dogpile's memory backend.

Leaks: the backend is a dict; entries that have run out are not removed unless asked for again.
"""

from dogpile.cache import make_region

TRUTH = "leaking"
RATE = None
REQUIRES = ("dogpile.cache",)

_region = make_region().configure("dogpile.cache.memory", expiration_time=1)


def operation(i):
    return _region.get_or_create(f"basket:{i}", lambda: i * 1.5)  # leaks
