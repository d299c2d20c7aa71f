"""Push each event to a list in a fake Redis and trim the list to 2000.

Does not leak: it fills up and stops.
"""

import fakeredis

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("fakeredis",)

_redis = fakeredis.FakeRedis()


def operation(i):
    _redis.rpush("events", *(f"event {i}.{k} " * 4 for k in range(10)))
    _redis.ltrim("events", -2000, -1)
