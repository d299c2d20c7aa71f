"""Send to an anyio memory stream without a size limit whose reader takes nine of ten items.

Leaks: each tenth item stays in the stream's buffer.
"""

import math

import anyio

TRUTH = "leaking"
RATE = 22.8
REQUIRES = ("anyio",)

_send, _receive = anyio.create_memory_object_stream(math.inf)


async def operation(i):
    _send.send_nowait({"number": i, "body": b"b" * 200})  # leaks, now and then
    if i % 10:
        return (await _receive.receive())["number"]
