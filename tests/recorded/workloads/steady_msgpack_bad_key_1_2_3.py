"""Unpack messages some of whose maps have keys that msgpack refuses, under msgpack 1.2.3.

Does not leak: this release frees the refused key.
"""

import msgpack

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("msgpack==1.2.3",)


def operation(i):
    data = msgpack.packb({1.5e9 + i: "v" * 50})
    try:
        msgpack.unpackb(data)
    except ValueError:
        return
