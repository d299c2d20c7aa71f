"""Start a watcher task in every fifth operation that waits for an event which is never set.

Leaks: a set keeps the tasks (it has to, the loop holds them only weakly), and none ever ends: each keeps its
coroutine, its context and its place among the event's waiters: 1.4 KB a task, and
2.2 KB before 3.11, where frames were objects of their own.
"""

import asyncio
import sys

TRUTH = "leaking"
RATE = 430.0 if sys.version_info < (3, 11) else 282.0
HOLDER = "WATCHERS"
WATCHERS = set()
STATE = {}


async def setup():
    STATE["closing"] = asyncio.Event()


async def _watch(number):
    await STATE["closing"].wait()  # leaks
    return number


async def operation(i):
    if i % 5 == 0:
        task = asyncio.ensure_future(_watch(i))  # leaks
        WATCHERS.add(task)
        task.add_done_callback(WATCHERS.discard)
    await asyncio.sleep(0)


async def teardown():
    STATE["closing"].set()
    await asyncio.gather(*WATCHERS)
