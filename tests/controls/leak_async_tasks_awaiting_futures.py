"""Send a request in every operation and start a task that awaits its answer; one answer in five never comes.

Leaks: the table of pending requests keeps the future, whose callback keeps the task. No time-out removes them.
Less from 3.11 on, where frames are no longer objects of their own.
"""

import asyncio
import sys

TRUTH = "leaking"
RATE = 290.0 if sys.version_info < (3, 11) else 214.0
HOLDER = "PENDING"
PENDING = {}


async def _answer(number):
    try:
        return await PENDING[number]
    finally:
        PENDING.pop(number, None)


async def operation(i):
    future = PENDING[i] = asyncio.get_running_loop().create_future()  # leaks
    asyncio.ensure_future(_answer(i))  # noqa: RUF006 - the future's callback keeps the task: leaks
    await asyncio.sleep(0)
    if i % 5:
        future.set_result(i)
        await asyncio.sleep(0)


async def teardown():
    for future in list(PENDING.values()):
        future.set_result(None)
    await asyncio.wait({task for task in asyncio.all_tasks() if task is not asyncio.current_task()})
