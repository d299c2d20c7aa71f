"""Timers that were cancelled: asyncio keeps them until there are more than 100 and they are more than half of all.

Until then each, with all that its callback refers to, is in memory: a server that sets a timer for each request climbs
by some 20 kB and falls again. Setting and cancelling as many before a look, and more than are pending, makes the event
loop drop them there and then; a timer that is still to come stays.
"""

from __future__ import annotations

import asyncio

# CPython's asyncio.base_events: _MIN_SCHEDULED_TIMER_HANDLES.
KEPT = 100
SECONDS = 3600


async def drop_cancelled() -> None:
    loop = asyncio.get_running_loop()
    pending = len(getattr(loop, "_scheduled", ()))
    for timer in [loop.call_later(SECONDS, _nothing) for _ in range(max(KEPT, pending) + 1)]:
        timer.cancel()
    await asyncio.sleep(0)  # the loop tidies up before its next turn


def _nothing() -> None:
    pass
