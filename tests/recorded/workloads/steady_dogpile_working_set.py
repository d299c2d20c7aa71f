"""Cache prices of 1500 products in dogpile's memory backend and ask for them at random.

Does not leak: the keys come from a fixed set; the last ones are first asked for quite late.
"""

import random

from dogpile.cache import make_region

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("dogpile.cache",)

_region = make_region().configure("dogpile.cache.memory", expiration_time=0.05)
_random = random.Random(3)


def operation(i):
    number = _random.randrange(1500)
    return _region.get_or_create(f"price:{number}", lambda: [number, i, "x" * 50])
