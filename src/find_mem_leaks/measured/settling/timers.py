"""Timers that were cancelled: asyncio keeps them until there are more than 100 and they are more than half of all.

Until then each, with all that its callback refers to, is in memory: a server that sets a timer for each request climbs
by some 20 kB and falls again. Setting and cancelling as many before a look, and more than are pending, makes the event
loop drop them there and then; a timer that is still to come stays.

What one that is still to come holds may be no leak but kept for a while. ``run_out`` lets those that a stretch has left
behind come at once; the clock and all other timers stay as they are.
"""

from __future__ import annotations

import asyncio
from typing import List, Set

# CPython's asyncio.base_events: _MIN_SCHEDULED_TIMER_HANDLES.
KEPT = 100
SECONDS = 3600
# Timers that are further off than this are not run out: what they hold for so long counts as it is.
LONGEST = 60.0
# Turns of the event loop in which what a timer has begun comes to its end, such as a connection that it closes.
TURNS = 10


async def drop_cancelled() -> None:
    loop = asyncio.get_running_loop()
    pending = len(getattr(loop, "_scheduled", ()))
    for timer in [loop.call_later(SECONDS, _nothing) for _ in range(max(KEPT, pending) + 1)]:
        timer.cancel()
    await asyncio.sleep(0)  # the loop tidies up before its next turn


def pending() -> Set[int]:
    """The identities of the timers that are to come: numbers, which hold nothing."""
    return {id(timer) for timer in _to_come()}


def new(before: Set[int]) -> List[asyncio.TimerHandle]:
    """Timers that are to come within ``LONGEST`` and were not before."""
    latest = asyncio.get_running_loop().time() + LONGEST
    return [timer for timer in _to_come() if id(timer) not in before and timer.when() <= latest]


async def run_out(before: Set[int]) -> None:
    """Call what the timers call that were not there before, ahead of its time, and wait for what it has begun."""
    for timer in new(before):
        if not timer.cancelled():
            timer._run()
            timer.cancel()
    for _ in range(TURNS):
        await asyncio.sleep(0)


def _to_come() -> List[asyncio.TimerHandle]:
    scheduled = getattr(asyncio.get_running_loop(), "_scheduled", ())
    return [timer for timer in scheduled if not timer.cancelled()]


def _nothing() -> None:
    pass
