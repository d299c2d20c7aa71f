"""Trials: the hands-off part of a cell carried out again with one thing changed, and what of that helps.

Frozen records and pure functions; how the trials are made is in ``leading/what_if.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from find_mem_leaks.judging.readings import LATER_PAGES, PAGE

# A change helps from this share of the growth on that it saves.
HELPS = 0.1
# Bytes that resident memory differs by from run to run of the same program: less is neither saved nor lost.
NOISE = LATER_PAGES * PAGE


@dataclass(frozen=True)
class Trial:
    """One run of the operations in a fresh process.

    Attributes:
        change: its key, as in ``leading/what_if.py``; that of the first run, without a change, is ``as_it_is``.
        name: what was changed, as people read it.
        operations: operations carried out.
        seconds: seconds that they took, with what was done between them.
        rss: bytes of resident memory after the last operation.
        growth: bytes that it had grown by, from before the first.
        peak: bytes of the largest resident memory of the process.
        error: why there are no figures, one line; None where there are.
    """

    change: str
    name: str
    operations: int = 0
    seconds: float = 0.0
    rss: int = 0
    growth: int = 0
    peak: int = 0
    error: str | None = None

    @property
    def pace(self) -> float:
        """Operations a second."""
        return self.operations / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Saving:
    """What a change saves of the growth as it is: bytes, less than 0 where memory grew by more."""

    trial: Trial
    bytes: int


@dataclass(frozen=True)
class Compared:
    """Changes beside the first run.

    Attributes:
        first: the run as it is.
        helping: what saves a tenth of its growth and more than ``NOISE``, the most first.
        others: all other changes that could be tried, in their order.
    """

    first: Trial
    helping: tuple[Saving, ...]
    others: tuple[Saving, ...]

    @property
    def grows(self) -> bool:
        """Whether there is growth that anything could save."""
        return self.first.growth > NOISE


def compare(trials: Sequence[Trial]) -> Compared | None:
    """Sort changes by whether they help; None where the first run could not be made."""
    if not trials or trials[0].error:
        return None
    first, *changed = trials
    savings = [Saving(trial, first.growth - trial.growth) for trial in changed if not trial.error]
    least = max(NOISE, HELPS * first.growth)
    helping = sorted((each for each in savings if each.bytes > least), key=lambda each: -each.bytes)
    return Compared(first, tuple(helping), tuple(each for each in savings if each.bytes <= least))
