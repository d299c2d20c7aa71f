"""What operations leave behind that a timer of the event loop holds for a while, and which line has set the timer.

A server may keep what is left of a connection until its timer is over: no leak, since it is let go of, but memory in
proportion to the operations of that time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any, Callable, List, Set, Tuple

from . import collection, timers

if TYPE_CHECKING:
    from .. import replies
    from ..workload import Finish, Workload


def weigh(workload: Workload, finish: Finish, operations: int, read: Callable[[], int]) -> replies.Timers:
    """Carry out three stretches of the plan: to warm up, to weigh what timers hold, to find the lines that set them.

    Args:
        workload: one that runs its timers out at each stretch's end (``runs_timers_out``).
        finish: waits for what it returns.
        operations: of each stretch.
        read: reads live bytes.
    """
    if not hasattr(workload, "runs_timers_out") or not workload.runs_timers_out:
        return {"bytes": 0, "operations": operations, "seconds": 0.0, "timers": []}
    finish(workload.stretch(0, operations))
    workload.runs_timers_out = False
    try:
        held, seconds = _held(workload, finish, operations, read)
        set_by = _set_by(workload, finish, operations)
        return {"bytes": held, "operations": operations, "seconds": seconds, "timers": set_by}
    finally:
        workload.runs_timers_out = True


def _held(workload: Workload, finish: Finish, operations: int, read: Callable[[], int]) -> Tuple[int, float]:
    """Bytes that are free once the timers of a stretch are over, and the seconds until then."""
    before = finish(_pending())
    finish(workload.stretch(operations, 2 * operations))
    seconds = finish(_furthest(before))
    with_timers = _settled(finish, read)
    finish(timers.run_out(before))
    return with_timers - _settled(finish, read), seconds


def _set_by(workload: Workload, finish: Finish, operations: int) -> List[replies.Place]:
    """The timers of a stretch: what each calls, the line that has set it as asyncio's debug mode knows it, and how many
    there are; the most frequent first."""
    before = finish(_pending())
    finish(_set_debug(True))
    try:
        finish(workload.stretch(2 * operations, 3 * operations))
    finally:
        finish(_set_debug(False))
    found = finish(_described(before))
    finish(timers.run_out(before))
    counted = Counter(found).most_common()
    return [{"name": name, "file": file, "line": line, "number": number} for (name, file, line), number in counted]


def _settled(finish: Finish, read: Callable[[], int]) -> int:
    finish(timers.drop_cancelled())
    collection.collect()
    return read()


async def _pending() -> Set[int]:
    return timers.pending()


async def _furthest(before: Set[int]) -> float:
    now = asyncio.get_running_loop().time()
    return max((timer.when() - now for timer in timers.new(before)), default=0.0)


async def _set_debug(on: bool) -> None:
    asyncio.get_running_loop().set_debug(on)


async def _described(before: Set[int]) -> List[Tuple[str, str, int]]:
    return [_description(timer) for timer in timers.new(before)]


def _description(timer: Any) -> Tuple[str, str, int]:
    callback = timer._callback
    name = getattr(callback, "__qualname__", type(callback).__qualname__)
    places = timer._source_traceback or ()
    return (name, places[-1].filename, places[-1].lineno or 0) if places else (name, "", 0)
