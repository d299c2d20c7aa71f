"""Store a session under a new key in a fake Redis server that lives in the process, with no expiry.

Leaks: nothing deletes the keys.
"""

import fakeredis

TRUTH = "leaking"
RATE = None
REQUIRES = ("fakeredis",)

_redis = fakeredis.FakeRedis()


def operation(i):
    _redis.set(f"session:{i}", b"s" * 120)  # leaks
    return _redis.get(f"session:{i}")
