"""Rules of a verdict: the limit, the confidence, and how far a run must have looked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import Protocol

from find_mem_leaks.judging.series import Series

# Operations that will do for a verdict on a run that is over, as will the seconds of an acquittal.
LAST_OPERATIONS = 10_000
HOUR = 3_600


class Covered(Protocol):
    """A run that covers a horizon: operations, the seconds that they took, and seconds on the clock."""

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
    """The rules of a verdict.

    Attributes:
        limit: growth that an acquittal rules out, in bytes per operation, where operations are quick.
        confidence: confidence level of the two-sided interval.
        acquit: horizon that must lie behind an acquittal: 100,000 operations of 10 µs, 31,600 of 100 µs.
        convict: horizon that must lie behind a conviction: 316,000 operations of 10 µs, 100,000 of 100 µs.
        hourly: growth that need not be ruled out at any pace, in bytes an hour: operations that take long are few, and
            what each of them leaks fills memory slowly. 0 if the limit was asked for: it then stands as it is.
        pace: seconds of an operation where they are so long that ``hourly`` is the limit; else 0.
        fewest: operations that an acquittal takes however long they take: a busy machine makes those of a stack slow,
            and what they do not do often stays the same. 0 where operations may be slow by themselves, and few.
    """

    limit: float = 1.0
    confidence: float = 0.99
    acquit: Horizon = Horizon(work=100_000, seconds=5.0)
    convict: Horizon = Horizon(work=1_000_000, seconds=20.0, elapsed=3.0)
    hourly: float = 1_000_000
    pace: float = 0.0
    fewest: int = 0

    @property
    def effective_limit(self) -> float:
        """Growth that an acquittal rules out at this pace, in bytes per operation."""
        return max(self.limit, self.hourly * self.pace / HOUR)

    def at_pace_of(self, series: Series) -> Rules:
        """Return these rules with the pace of a series: that of its fastest round in the warm-up.

        It stays the same from the end of the warm-up on. A busy machine makes operations slower and never faster, and
        first calls are slow too; a round's operations together tell the pace of those that differ.
        """
        rounds = [round_ for round_ in series.rounds if round_.warm_up] or series.rounds
        pace = min((round_.seconds / round_.operations for round_ in rounds if round_.operations), default=0.0)
        return replace(self, pace=pace if self.hourly * pace / HOUR > self.limit else 0.0)

    def of(self, limit: float) -> Rules:
        """Return these rules with a limit that was asked for."""
        return replace(self, limit=limit, hourly=0.0, pace=0.0)

    def __str__(self) -> str:
        """The limit as people read it."""
        at = f", {self.hourly / 1e6:g} MB an hour at {self.pace:.2g} s an operation" if self.pace else ""
        return f"limit {self.effective_limit:.3g} B/op{at}"

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
