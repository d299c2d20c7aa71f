"""Forecast of when a limit on memory is reached, if growth goes on as measured: pure functions of a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, inf

from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.judging.growth import Interval

# Digits that a number of requests is rounded down to.
DIGITS = 2
# Later than after so many operations is never.
NEVER = 10**15


@dataclass(frozen=True)
class Standing:
    """The memory of a process after some operations.

    Attributes:
        operations: operations carried out.
        rss: bytes of resident memory after them.
        growth: bytes that each further operation adds, with the interval that they lie in.
    """

    operations: int
    rss: int
    growth: Interval


@dataclass(frozen=True)
class Forecast:
    """Operations of a process, from its start, after which a limit is reached.

    Attributes:
        expected: by the rate; infinite if that is not above zero.
        earliest: by the upper end of its interval; infinite if that is not above zero.
        latest: by the lower end; infinite if that is not above zero: it may never be reached.
    """

    expected: float
    earliest: float
    latest: float

    @property
    def max_requests(self) -> int | None:
        """After how many requests a server is to start a worker anew, so that it stays under the limit; None if none
        are needed or none would do. One operation is one request."""
        return rounded_down(int(self.earliest)) or None if self.earliest < inf else None


def forecast(limit: int, standing: Standing) -> Forecast:
    """Return when resident memory reaches ``limit`` bytes; it has not yet."""
    growth = standing.growth
    free = limit - standing.rss
    expected, earliest, latest = (
        _operations(standing.operations, free, rate) for rate in (growth.rate, growth.high, growth.low)
    )
    return Forecast(expected, float(floor(earliest)) if earliest < inf else inf, latest)


def _operations(operations: int, free: int, rate: float) -> float:
    """Operations until so many bytes are used up."""
    after = operations + free / rate if rate > 0 else inf
    return after if after < NEVER else inf


def rounded_down(number: int) -> int:
    """Return a number with its first two digits and zeros behind them: never more than it was."""
    unit = _unit(number)
    return number // unit * unit


def rounded_up(number: int) -> int:
    """Return a number rounded up to two significant digits."""
    unit = _unit(number)
    return -(-number // unit) * unit


def _unit(number: int) -> int:
    return int(10 ** max(0, len(str(number)) - DIGITS))


def reached_at(limit: int, deployed: Deployed) -> int | None:
    """Operations after which a process was first seen at ``limit`` bytes; None if it never was."""
    begin = (0, int(deployed.begin["rss"]))
    readings = [begin, *zip(deployed.at, deployed.rss, strict=True)]
    return next((operations for operations, rss in readings if rss >= limit), None)
