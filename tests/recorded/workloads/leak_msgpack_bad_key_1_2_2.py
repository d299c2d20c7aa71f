"""Unpack messages some of whose maps have keys that msgpack refuses, under msgpack 1.2.2.

Leaks: a real fault (put right in 1.2.3): the refused key is not freed.
"""

import msgpack

TRUTH = "leaking"
RATE = 99.3
REQUIRES = ("msgpack==1.2.2",)


def operation(i):
    data = msgpack.packb({1.5e9 + i: "v" * 50})
    try:
        msgpack.unpackb(data)  # leaks
    except ValueError:
        return
