"""Lengths of the looks of the second process: the rarer the leak the longer, within what the cell took."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from find_mem_leaks.judging.criteria import BY_JUMPS, MEMORY_CAP
from find_mem_leaks.judging.probes import BY_KEY
from find_mem_leaks.results import Cell

# What a window should see of a leak, and the bounds of its length: a quarter of the seconds the cell took, within those
# given. memray makes operations three to four times as slow.
WANTED = 25
WINDOW_SECONDS = (0.3, 2.0)
WINDOW = (50, 100_000)
# A window has no fewer than this many operations, and no more than these seconds of them by its lower bound alone.
FEW, LEAST_SECONDS = 5, 3.0
# What is seen of it in a window besides: a place that is made larger every 64 operations is to be seen often.
THOROUGH = 1_000
SLOWER = 3.5
# The share of all growth below which memory has not yet risen, and of the operations after which a leak began late.
RISEN = 0.02
LATE = 0.05
# What one event of a leak is taken for where only bytes are known: more than Python's small-object allocator hands out.
LARGE = 1_024
# Seconds for each of the looks for holders, and for the first of the two windows that are read line by line: as many as
# the cell's operations took, and as the cell took, within these bounds.
SURVEY_SECONDS = (0.15, 1.5)
LINES_SECONDS = (0.5, 2.0)
# How many times as long a look may take where what leaks is too rare for the first.
LONGER = 4
# Operations of the look for holders at most.
MOST_SURVEYED = 1_000_000
# Blocks that memray should see in the longer ones at most: going through what it has seen takes longer than to see it.
MOST_BLOCKS = 20_000
# What all operations of the second process together may leak, in shares of what the cell itself may: each of its parts
# as much.
PARTS = 8
# Of the operations that a process may carry out before one fails, the share that the warm-up, a window under memray
# (which may have to be carried out again), one that is read line by line and the look for holders may each take, of
# which there are one, two and two again, two, and four in a process.
OF_WARM_UP, OF_WINDOW, OF_LINES, OF_SURVEY = 0.2, 0.2, 0.4, 0.25


@dataclass(frozen=True)
class Lengths:
    """Lengths of the parts of a second process.

    Attributes:
        most: operations that a process may carry out.
        warm_up: operations of the warm-up.
        window: operations of each of the two windows under memray.
        rare: operations of each of two more where what leaks is too rare for the first.
        first: operations of the first part of the look for holders.
        survey: operations of each of its parts at most.
        lines: operations of each of the two windows that are read line by line, at most.
        window_seconds, survey_seconds, lines_seconds: seconds of a window under memray, of the look for holders, of a
            window that is read line by line.
    """

    most: float
    warm_up: int
    window: int
    rare: int
    first: int
    survey: int
    lines: int
    window_seconds: float
    survey_seconds: float
    lines_seconds: float

    @property
    def longer(self) -> Lengths:
        """For windows in which memray saw too little, without a warm-up."""
        return replace(self, warm_up=0, window=self.rare, window_seconds=LONGER * self.window_seconds)

    @property
    def longest(self) -> int:
        """Operations of the longest round that the second process plans."""
        return max(self.warm_up, 2 * self.rare, 4 * self.survey, 2 * self.lines)


def lengths(cell: Cell, share: float = inf) -> Lengths:
    """Return the lengths for a cell, within a share of its operations, or of those before the one that failed."""
    unlimited = _unlimited(cell)
    if share == inf:
        return unlimited
    most = share * (cell.failure.operation if cell.failure else sum(round_.operations for round_ in cell.rounds))
    warm_up, window, lines, survey = (
        max(1, int(share * most)) for share in (OF_WARM_UP, OF_WINDOW, OF_LINES, OF_SURVEY)
    )
    return replace(
        unlimited,
        most=most,
        warm_up=min(unlimited.warm_up, warm_up),
        window=min(unlimited.window, window),
        rare=min(unlimited.rare, window),
        first=min(unlimited.first, survey),
        survey=min(unlimited.survey, survey),
        lines=min(unlimited.lines, lines),
    )


def _unlimited(cell: Cell) -> Lengths:
    seconds = max(cell.seconds / max(cell.operations, 1), 1e-7)
    affordable = round(MEMORY_CAP / PARTS / max(cell.bytes_per_operation or 0, 1.0))
    bounds = min(WINDOW[0], max(FEW, int(LEAST_SECONDS / seconds))), WINDOW[1]
    least, most = (max(1, min(bound, affordable)) for bound in bounds)
    seen = min(WANTED, least)
    rates = list(events(cell).values()) or [0.0]
    window_seconds = _within(WINDOW_SECONDS, cell.wall_seconds / 4)
    longest = window_seconds / (seconds * SLOWER)
    blocks = MOST_BLOCKS / max(*rates, 1e-9)
    survey_seconds = _within(SURVEY_SECONDS, cell.seconds)
    warm_up = 0 if _grows_by_jumps(cell) else max(_warm_up(cell), _before_it_leaked(cell))
    thorough = min(THOROUGH, longest / LONGER, blocks)
    window = round(max(least, min(max(WANTED / max(min(rates), 1e-9), thorough), longest, most)))
    surveyed = max(1, min(MOST_SURVEYED, affordable))
    return Lengths(
        most=inf,
        warm_up=max(warm_up, least),
        window=window,
        rare=round(max(window, min(LONGER * longest, blocks, most))),
        first=round(max(min(seen, most), min(WANTED / max(*rates, 1e-9), survey_seconds / seconds, most))),
        survey=round(max(min(seen, most), min(LONGER * survey_seconds / seconds, surveyed))),
        lines=round(max(least, min(LINES_SECONDS[1] / seconds, most))),
        window_seconds=window_seconds,
        survey_seconds=survey_seconds,
        lines_seconds=_within(LINES_SECONDS, cell.wall_seconds),
    )


def _grows_by_jumps(cell: Cell) -> bool:
    """Return whether the cell grows ever more rarely by ever more, so that only its beginning is quick to look at."""
    passed = {outcome.test for outcome in cell.tests if outcome.passed}
    return {test.statement.name for test in BY_JUMPS} <= passed


def _warm_up(cell: Cell) -> int:
    """Operations that the cell took as its warm-up."""
    return sum(round_.operations for round_ in cell.rounds if round_.warm_up)


def _before_it_leaked(cell: Cell) -> int:
    """Operations after which live bytes had not yet risen; 0 if they rose from the beginning."""
    samples = [sample for round_ in cell.series.measured for sample in round_.samples]
    levels = [sample.live_bytes for sample in samples]
    if not levels or levels[-1] <= levels[0]:
        return 0
    low = levels[0] + RISEN * (levels[-1] - levels[0])
    first, last = samples[0].operations, samples[-1].operations
    late = max(sample.operations for sample in samples if sample.live_bytes <= low)
    return late if late - first >= LATE * (last - first) else 0


def events(cell: Cell) -> dict[str, float]:
    """Return how often what convicted the cell grows, per operation, by the keys of its probes. Growth in bytes is
    taken for events only where nothing can be counted."""
    judged = [key for key in cell.convicted_by or cell.growth if key in cell.growth and key in BY_KEY]
    rates = {key: cell.growth[key].rate for key in judged if cell.growth[key].rate > 0}
    counts = {key: rate for key, rate in rates.items() if not BY_KEY[key].is_bytes}
    return counts or {key: rate / LARGE for key, rate in rates.items()}


def _within(bounds: tuple[float, float], value: float) -> float:
    least, most = bounds
    return min(max(value, least), most)
