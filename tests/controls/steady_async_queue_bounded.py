"""Put an item per operation into a queue of 1,000, from which a task takes them a thousand at a time.

Does not leak: the queue is full after 1,000 operations, and then is emptied.
"""

import asyncio

TRUTH = "clean"
RATE = 0.0
STATE = {}


async def _consume(queue):
    taken = 0
    while True:
        await STATE["full"].wait()
        STATE["full"].clear()
        while not queue.empty():
            taken = (taken + (await queue.get())["id"]) % 1000


async def setup():
    STATE["full"] = asyncio.Event()
    STATE["queue"] = asyncio.Queue(maxsize=1000)
    STATE["consumer"] = asyncio.ensure_future(_consume(STATE["queue"]))


async def operation(i):
    await STATE["queue"].put({"id": i, "payload": bytes(64)})
    if STATE["queue"].full():
        STATE["full"].set()
    await asyncio.sleep(0)


async def teardown():
    consumer = STATE.pop("consumer")
    consumer.cancel()
    await asyncio.wait([consumer])
    STATE.clear()
