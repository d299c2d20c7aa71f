"""Encode records with orjson and msgspec into a buffer that is sent (dropped) every 1000 operations.

Does not leak: the buffer starts anew each time.
"""

import msgspec
import orjson

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("orjson", "msgspec")

BUFFER = bytearray()


class Record(msgspec.Struct):
    number: int
    tags: list[str]


def operation(i):
    record = msgspec.json.decode(orjson.dumps({"number": i, "tags": [f"t{i % 9}", "x" * 50]}), type=Record)
    BUFFER.extend(msgspec.json.encode(record) + b"\n")
    if i % 1000 == 999:
        BUFFER.clear()
