"""The hands-off part of a cell: a second process, as it is deployed, carries out operations and nobody touches it.

No collection, no look, no setting of ours: it has the environment, the collector's settings and the allocator that the
workload has. Only what costs next to nothing is read between stretches. It takes a share of what the cell took; where
resident memory still rises then, it goes on until that stops, or could convict, or time is up.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from math import ceil

from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.judging.hands_off import is_decided
from find_mem_leaks.judging.series import Held
from find_mem_leaks.leading import rounds
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.order import Order
from find_mem_leaks.measured import replies

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
    wanted, stretch, at_once = _lengths(max(_fewest(pace), round(SHARE * operations)), most)
    part = _Part(ask, order, stretch)
    while True:
        await part.go_on(at_once)
        so_far = deployed(part.at, part.readings, begin, {})
        is_over = not goes_on or is_decided(so_far, order.rules, held) or time.monotonic() > deadline
        if so_far.operations >= wanted and is_over:
            break
    return deployed(part.at, part.readings, begin, await ask(order.stall + order.time_cap, do="account", when="end"))


def _fewest(pace: float) -> int:
    """The fewest operations, where each takes so many seconds."""
    return max(FEWEST_SLOW, min(FEWEST, int(FEWEST_SECONDS / max(pace, 1e-9))))


def _lengths(wanted: int, most: int | None) -> tuple[int, int, int]:
    """Operations of the first part and of each of its stretches, and how many stretches are carried out at once."""
    stretch = min(ceil(wanted / READINGS), LONGEST, (most or sys.maxsize) // READINGS)
    at_once = READINGS if wanted >= FEWEST else 2 * ceil(wanted / stretch / 2)
    return min(wanted, READINGS * stretch) if most else wanted, stretch, at_once


class _Part:
    """What a process has carried out and read so far.

    Attributes:
        at: operations after which it was read.
        readings: what was read then.
    """

    def __init__(self, ask: Ask, order: Order, stretch: int) -> None:
        self.at: list[int] = []
        self.readings: list[replies.Leave] = []
        self._ask, self._order, self._stretch = ask, order, stretch
        self._planned = self._number = 0

    async def go_on(self, stretches: int) -> None:
        """Carry out so many stretches more, longer ones where it has read often."""
        if len(self.readings) >= 2 * READINGS:
            self._thin()
        for _ in range(stretches):
            if self._planned < self._stretch:
                self._planned = self._stretch * min(READINGS, LONGEST // self._stretch)
                self._number += 1
                await self._ask(self._order.stall, do="prepare", round=self._number, operations=self._planned)
            self.readings.append(await self._ask(self._order.stall, do="leave", operations=self._stretch))
            self.at.append(sum(self.at[-1:]) + self._stretch)
            self._planned -= self._stretch

    def _thin(self) -> None:
        """Keep half as many readings, the later of two neighbours with the seconds of both."""
        pairs = zip(self.readings[::2], self.readings[1::2], strict=True)
        self.readings = [{**later, "seconds": earlier["seconds"] + later["seconds"]} for earlier, later in pairs]
        self.at = self.at[1::2]
        self._stretch = min(2 * self._stretch, LONGEST)


def deployed(
    at: Sequence[int], readings: Sequence[replies.Leave], begin: Mapping[str, object], end: Mapping[str, object]
) -> Deployed:
    """The record of a process that was read after so many operations each."""
    return Deployed(
        at=tuple(at),
        took=tuple(each["seconds"] for each in readings),
        rss=tuple(each["rss"] for each in readings),
        live_bytes=tuple(each["live_bytes"] for each in readings),
        collections=tuple(tuple(each["collections"]) for each in readings),
        begin=begin,
        end=end,
    )
