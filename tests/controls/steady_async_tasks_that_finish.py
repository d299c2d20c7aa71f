"""Start three tasks per operation and wait for all of them.

Does not leak: the set that keeps the tasks while they run lets go of each as it ends.
"""

import asyncio

TRUTH = "clean"
RATE = 0.0
RUNNING = set()


async def _work(i):
    await asyncio.sleep(0)
    return i * 2


async def operation(i):
    for k in range(3):
        task = asyncio.ensure_future(_work(i + k))
        RUNNING.add(task)
        task.add_done_callback(RUNNING.discard)
    return sum(await asyncio.gather(*RUNNING))
