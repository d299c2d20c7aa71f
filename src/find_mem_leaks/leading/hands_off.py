"""The hands-off part of a cell: a second process, as it is deployed, carries out operations and nobody touches it.

No collection, no look, no setting of ours: it has the environment, the collector's settings and the allocator that the
workload has. Only what costs next to nothing is read between stretches. It takes a share of what the cell took; where
resident memory still rises then, it goes on until that stops, or could convict, or time is up.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from math import ceil
from typing import Any

from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.judging.hands_off import is_decided
from find_mem_leaks.judging.series import Held
from find_mem_leaks.leading import rounds
from find_mem_leaks.leading.order import Ask, Order

# The share of a cell's operations that its hands-off part carries out at first, and the fewest.
SHARE = 0.15
FEWEST = 96
# Operations of a fifth of a second or more: no more than take so many seconds, but enough to tell how memory moves.
FEWEST_SECONDS = 20.0
FEWEST_SLOW = 24
# Readings of the first part; from twice as many on every second is dropped, and stretches are twice as long.
READINGS = 48
# Operations of the longest plan.
LONGEST = 1_000_000

Reply = dict[str, Any]


async def hands_off(
    ask: Ask,
    order: Order,
    directory: str,
    operations: int,
    *,
    goes_on: bool,
    pace: float = 0.0,
    most: int | None = None,
    held: Sequence[Held] = (),
) -> Deployed:
    """Carry out the share of so many operations, and with ``goes_on`` as many more as it takes.

    Args:
        pace: seconds of an operation, as far as is known.
        held: what timers hold for a while.
        most: the most that may be carried out, ``READINGS`` at least; None for no bound.
    """
    deadline = time.monotonic() + order.time_cap
    await rounds.open_stack(ask, order, directory, LONGEST, hands_off=True)
    begin = await ask(order.stall, do="account", when="begin")
    wanted = max(_fewest(pace), round(SHARE * operations))
    stretch, planned, number = min(ceil(wanted / READINGS), LONGEST, (most or sys.maxsize) // READINGS), 0, 0
    at_once = READINGS if wanted >= FEWEST else 2 * ceil(wanted / stretch / 2)
    wanted = min(wanted, READINGS * stretch) if most else wanted
    readings: list[Reply] = []
    while True:
        for _ in range(at_once):
            if planned < stretch:
                planned, number = stretch * min(READINGS, LONGEST // stretch), number + 1
                await ask(order.stall, do="prepare", round=number, operations=planned)
            readings.append(await _leave(ask, order, stretch, readings))
            planned -= stretch
        made = _deployed(readings, begin, {})
        is_over = not goes_on or is_decided(made, order.rules, held) or time.monotonic() > deadline
        if made.operations >= wanted and is_over:
            break
        if len(readings) >= 2 * READINGS:
            readings, stretch = _thinned(readings), min(2 * stretch, LONGEST)
    return _deployed(readings, begin, await ask(order.stall + order.time_cap, do="account", when="end"))


def _fewest(pace: float) -> int:
    """The fewest operations, where each takes so many seconds."""
    return max(FEWEST_SLOW, min(FEWEST, int(FEWEST_SECONDS / max(pace, 1e-9))))


async def _leave(ask: Ask, order: Order, operations: int, readings: Sequence[Reply]) -> Reply:
    before = readings[-1]["at"] if readings else 0
    return {"at": before + operations, **await ask(order.stall, do="leave", operations=operations)}


def _thinned(readings: Sequence[Reply]) -> list[Reply]:
    """Half as many, the later of two neighbours with the seconds of both."""
    pairs = zip(readings[::2], readings[1::2], strict=True)
    return [{**second, "seconds": first["seconds"] + second["seconds"]} for first, second in pairs]


def _deployed(readings: Sequence[Reply], begin: Reply, end: Reply) -> Deployed:
    columns = {name: tuple(each[name] for each in readings) for name in ("at", "rss", "live_bytes")}
    collections = tuple(tuple(each["collections"]) for each in readings)
    took = tuple(each["seconds"] for each in readings)
    return Deployed(**columns, took=took, collections=collections, begin=begin, end=end)
