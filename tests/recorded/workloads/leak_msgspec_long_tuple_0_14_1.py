"""Decode tuples of more than 16 items with msgspec 0.14.1, which loses track of its spare list of items.

Leaks: a real fault of that release (put right in 0.14.2): something of each long tuple stays.
"""

import msgspec

TRUTH = "leaking"
RATE = 605.0
REQUIRES = ("msgspec==0.14.1",)


class Reading(msgspec.Struct):
    values: tuple[int, ...]


_decoder = msgspec.msgpack.Decoder(Reading)
_encoder = msgspec.msgpack.Encoder()


def operation(i):
    data = _encoder.encode(Reading(tuple(range(i % 1000, i % 1000 + 17))))
    return len(_decoder.decode(data).values)  # leaks
