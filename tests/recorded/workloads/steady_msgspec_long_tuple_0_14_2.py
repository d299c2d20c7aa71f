"""Decode tuples of more than 16 items with msgspec 0.14.2, the release that put the leak of 0.14.1 right.

Does not leak.
"""

import msgspec

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("msgspec==0.14.2",)


class Reading(msgspec.Struct):
    values: tuple[int, ...]


_decoder = msgspec.msgpack.Decoder(Reading)
_encoder = msgspec.msgpack.Encoder()


def operation(i):
    data = _encoder.encode(Reading(tuple(range(i % 1000, i % 1000 + 17))))
    return len(_decoder.decode(data).values)
