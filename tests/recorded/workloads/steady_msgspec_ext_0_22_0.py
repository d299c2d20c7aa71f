"""Decode MessagePack extension values with msgspec 0.22.0.

Does not leak: the extra reference of older releases is gone.
"""

import msgspec

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("msgspec==0.22.0",)


def operation(i):
    data = msgspec.msgpack.encode({"id": i % 100, "blob": msgspec.msgpack.Ext(5, b"%0500d" % i)})
    return msgspec.msgpack.decode(data)["id"]
