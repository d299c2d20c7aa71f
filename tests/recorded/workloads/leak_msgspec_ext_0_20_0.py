"""Decode MessagePack extension values with msgspec 0.20.0.

Leaks: a real fault: the bytes of each decoded Ext keep one reference too many.
"""

import msgspec

TRUTH = "leaking"
RATE = 533.0
REQUIRES = ("msgspec==0.20.0",)


def operation(i):
    data = msgspec.msgpack.encode({"id": i % 100, "blob": msgspec.msgpack.Ext(5, b"%0500d" % i)})
    return msgspec.msgpack.decode(data)["id"]  # leaks
