"""Trials: the hands-off part of a cell carried out again with one thing changed, and what of that helps.

Frozen records and pure functions; how the trials are made is in ``leading/what_if.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from find_mem_leaks.judging.readings import LATER_PAGES, PAGE

# A change helps from this share of the growth on that it saves.
HELPS = 0.1
# Bytes that resident memory differs by from run to run of the same program, at the least: less is neither saved nor
# lost.
NOISE = LATER_PAGES * PAGE
# The share of growth that it differs by at the least: a quarter of a percent was seen.
CHANCE = 0.005
# Growth up to this many bytes says nothing of what helps: trimming and other allocators also give back, once, some
# megabytes that imports have left, and those are not the growth.
TELLING = 16 * NOISE
# The key of a second run without a change, which says what differs by chance.
AGAIN = "again"


@dataclass(frozen=True)
class Trial:
    """One run of the operations in a fresh process.

    Attributes:
        change: its key, as in ``leading/what_if.py``. Without a change are the first, ``as_it_is``, and the last,
            ``AGAIN``.
        name: what was changed, as people read it.
        operations: operations carried out.
        seconds: seconds that they took, with what was done between them.
        cpu: seconds of the processor, of all threads, in them.
        rss: bytes of resident memory after the last operation.
        growth: bytes that it had grown by, from before the first.
        peak: bytes of the largest resident memory of the process.
        error: why there are no figures, one line; None where there are.
    """

    change: str
    name: str
    operations: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    rss: int = 0
    growth: int = 0
    peak: int = 0
    error: str | None = None

    @property
    def pace(self) -> float:
        """Operations a second."""
        return self.operations / self.seconds if self.seconds else 0.0

    @property
    def cost(self) -> float:
        """Seconds of the processor for an operation."""
        return self.cpu / self.operations if self.operations else 0.0


@dataclass(frozen=True)
class Saving:
    """Bytes that a change saves of the growth as it is: less than 0 where memory grew by more."""

    trial: Trial
    bytes: int


@dataclass(frozen=True)
class Compared:
    """Changes beside the first run.

    Attributes:
        first: the run as it is.
        again: the second run as it is; None where it could not be made.
        helping: what saves a tenth of its growth and more than ``noise``, the most first.
        saving: what saves less, but more than ``noise``, in the order in which it was tried.
        costing: what memory grows by more with.
        noise: bytes that growth differs by from run to run.
    """

    first: Trial
    again: Trial | None
    helping: tuple[Saving, ...]
    saving: tuple[Saving, ...]
    costing: tuple[Saving, ...]
    noise: int

    @property
    def is_telling(self) -> bool:
        """Return whether memory grew by enough to say what saves growth."""
        return self.first.growth > max(TELLING, self.noise)

    @property
    def unsteadiness(self) -> float:
        """The share by which the slower of the two runs as it is was slower than the other."""
        if self.again is None or not self.again.pace or not self.first.pace:
            return 0.0
        slow, fast = sorted((self.first.pace, self.again.pace))
        return 1 - slow / fast


def compare(trials: Sequence[Trial]) -> Compared | None:
    """Sort changes by whether they help; None where the first run could not be made."""
    if not trials or trials[0].error:
        return None
    first, *later = trials
    complete = [trial for trial in later if not trial.error]
    again = next((trial for trial in complete if trial.change == AGAIN), None)
    noise = max(NOISE, round(CHANCE * first.growth), abs(first.growth - again.growth) if again else 0)
    savings = [Saving(trial, first.growth - trial.growth) for trial in complete if trial is not again]
    least = max(noise, HELPS * first.growth)
    helping = sorted((each for each in savings if each.bytes > least), key=lambda each: -each.bytes)
    saving = tuple(each for each in savings if noise < each.bytes <= least)
    costing = tuple(each for each in savings if each.bytes < -noise)
    return Compared(first, again, tuple(helping), saving, costing, noise)
