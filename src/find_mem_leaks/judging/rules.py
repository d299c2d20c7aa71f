"""What a verdict takes: the limit, the confidence, and how far a run must have looked."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Protocol

from find_mem_leaks.judging.series import Series

# Operations that will do for a verdict on a run that is over, as will the seconds of an acquittal.
LAST_OPERATIONS = 10_000


class Covered(Protocol):
    """What covers a horizon: operations, the seconds that they took, and seconds on the clock."""

    @property
    def operations(self) -> int: ...

    @property
    def seconds(self) -> float: ...

    @property
    def elapsed(self) -> float: ...


@dataclass(frozen=True)
class Horizon:
    """How far a verdict must have looked: so much work, or so many seconds of operations, whichever comes first.

    Attributes:
        work: operations times the seconds that they took: operations that cost little must be many, since a cache
            fills by operations; those that cost much need not be.
        seconds: seconds of operations, of any number.
        elapsed: seconds on the clock that must have passed in any case, in which what is kept for a second or two has
            come to an end.
    """

    work: float
    seconds: float
    elapsed: float = 0.0

    def share(self, series: Covered) -> float:
        """Return how much of it has been covered; 1 is enough."""
        covered = max(series.operations * series.seconds / self.work, series.seconds / self.seconds)
        return min(covered, series.elapsed / self.elapsed) if self.elapsed else covered

    def operations(self, series: Series) -> int:
        """Return the operations that cover it at the series' pace."""
        pace = max(series.seconds, 1e-9) / max(series.operations, 1)
        return round(min(sqrt(self.work / pace), self.seconds / pace))


@dataclass(frozen=True)
class Rules:
    """What a verdict takes.

    Attributes:
        limit: growth that an acquittal rules out, in bytes per operation.
        confidence: confidence level of the two-sided interval.
        acquit: horizon that must lie behind an acquittal: 100,000 operations of 10 µs, 31,600 of 100 µs.
        convict: horizon that must lie behind a conviction: 316,000 operations of 10 µs, 100,000 of 100 µs.
    """

    limit: float = 1.0
    confidence: float = 0.99
    acquit: Horizon = Horizon(work=100_000, seconds=5.0)
    convict: Horizon = Horizon(work=1_000_000, seconds=20.0, elapsed=3.0)

    def share(self, horizon: Horizon, series: Series, *, last: bool) -> float:
        """Return how much of one of its horizons has been covered; ``last``: nothing more will come."""
        covered = horizon.share(series)
        if not last:
            return covered
        return max(covered, series.operations / LAST_OPERATIONS, series.seconds / self.acquit.seconds)


QUICK = Rules(
    limit=8.0,
    acquit=Horizon(work=5_000, seconds=1.5),
    convict=Horizon(work=50_000, seconds=5.0, elapsed=1.0),
)
