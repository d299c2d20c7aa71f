"""Start five tasks in an anyio task group that send results over a memory stream, and read them all.

Does not leak: group, tasks and stream end with the operation.
"""

import anyio

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("anyio",)


async def _work(stream, number):
    async with stream:
        await anyio.lowlevel.checkpoint()
        await stream.send({"number": number, "body": b"b" * 500})


async def operation(i):
    send, receive = anyio.create_memory_object_stream(5)
    async with anyio.create_task_group() as group:
        async with send:
            for k in range(5):
                group.start_soon(_work, send.clone(), i + k)
        async with receive:
            return [item["number"] async for item in receive]
