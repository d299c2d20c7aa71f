"""An operation that failed, and what it failed for want of: frozen records and what they say. No verdict."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from find_mem_leaks.judging.probes import (
    BLOCKS,
    CHILD_PROCESSES,
    FILE_DESCRIPTORS,
    LIVE_BYTES,
    MAPPED_PAGES,
    RESIDENT_PAGES,
    THREADS,
    Probe,
)
from find_mem_leaks.judging.readings import NEAR, reading
from find_mem_leaks.judging.series import Array, Columns


@dataclass(frozen=True)
class Raised:
    """An error.

    Attributes:
        type: name of its class.
        errno: name of the number that the system gave it, such as ``EMFILE``; empty if it gave none.
        message: what it says, one line.
    """

    type: str
    errno: str
    message: str


@dataclass(frozen=True)
class Ceiling:
    """A limit of the system's on what a process may have.

    Attributes:
        name: its name, such as ``RLIMIT_NOFILE``.
        most: the most that there may be.
        before: what was in use when the stack had been opened.
        used: what was in use when the operation had failed.
    """

    name: str
    most: int
    before: int
    used: int

    @property
    def is_reached(self) -> bool:
        return self.used >= NEAR * self.most

    def __str__(self) -> str:
        return f"{self.name} of {self.most:,}"


@dataclass(frozen=True)
class Failure:
    """An operation that failed.

    Attributes:
        operation: operations carried out before it.
        raised: its error, and those that led to it.
        ceilings: what there was of what may run out.
    """

    operation: int
    raised: tuple[Raised, ...]
    ceilings: tuple[Ceiling, ...]

    @property
    def may_be_for_want(self) -> bool:
        """Return whether something had run out, as its errors say, or nearly so."""
        return any(kind.is_named(self) for kind in KINDS) or any(ceiling.is_reached for ceiling in self.ceilings)


@dataclass(frozen=True)
class Kind:
    """A resource that may run out.

    Attributes:
        name: what people call it.
        probes: those whose readings use it up.
        ceilings: names of those that it is under.
        used: takes the samples' fields, returns how much of it is in use at each, up to a constant offset.
        errors: classes of errors and numbers of the system's that say that it has run out.
        words: pattern of the message of errors that neither class nor number identifies; None if there are none.
        is_elsewhere: whether its ceiling may be one that the process does not see, as a server's is.
    """

    name: str
    probes: tuple[Probe, ...]
    ceilings: Collection[str]
    used: Callable[[Columns], Array]
    errors: Collection[str]
    words: re.Pattern[str] | None = None
    is_elsewhere: bool = False

    def is_named(self, failure: Failure) -> bool:
        """Return whether an error says that it has run out."""
        return any(
            {each.type, each.errno} & {*self.errors} or (self.words and self.words.search(each.message))
            for each in failure.raised
        )

    def ceiling(self, failure: Failure) -> Ceiling | None:
        """Return the ceiling that was reached, or came nearest to it; None if that is not seen."""
        nearest = max(self.limits(failure), key=lambda ceiling: ceiling.used / max(ceiling.most, 1), default=None)
        return None if nearest and self.is_elsewhere and not nearest.is_reached else nearest

    def growth(self, samples: Columns) -> float:
        """Return how much more of it was in use at the last look than at the first."""
        used = self.used(samples)
        return float(used[-1] - used[0])

    def limits(self, failure: Failure) -> list[Ceiling]:
        """Return the ceilings that it is under."""
        return [ceiling for ceiling in failure.ceilings if ceiling.name in self.ceilings]

    def want(self, failure: Failure, samples: Columns) -> float:
        """Return 1 if an error says that it has run out, else the share of its ceiling that was in use by the last
        look."""
        grown = self.growth(samples)
        shares = [(each.before + grown) / max(each.most, 1) for each in self.limits(failure)]
        return max([float(self.is_named(failure)), *shares])

    def used_up(self, failure: Failure, samples: Columns) -> float:
        """Return the share of what was free when the stack had been opened that was used up from the first look to the
        last. Of a ceiling that is not seen 1, if an error says that it was reached and none that is seen was."""
        limits, grown = self.limits(failure), self.growth(samples)
        if self.is_elsewhere and self.is_named(failure) and not any(ceiling.is_reached for ceiling in limits):
            return 1.0
        return max([0.0, *(grown / max(each.most - each.before, 1) for each in limits)])


# Those of pools too: a ceiling is of all threads.
_threads = reading("threads")


def _tasks(samples: Columns) -> Array:
    tasks: Array = _threads(samples) + CHILD_PROCESSES.read(samples)
    return tasks


def _address_space(samples: Columns) -> Array:
    mapped: Array = samples["elsewhere"] + samples["taken"]
    return mapped


def kinds(probe: Probe) -> list[Kind]:
    """Return what a probe's reading uses up."""
    return [kind for kind in KINDS if probe in kind.probes]


KINDS = (
    Kind("file descriptors", (FILE_DESCRIPTORS,), {"RLIMIT_NOFILE"}, FILE_DESCRIPTORS.read, {"EMFILE", "ENFILE"}),
    Kind(
        "connections",
        (FILE_DESCRIPTORS,),
        (),
        FILE_DESCRIPTORS.read,
        (),
        re.compile(
            r"too many (clients|connections)|connection slots|max_user_connections|max number of clients|"
            r"QueuePool limit|pool exhausted",
            re.IGNORECASE,
        ),
        is_elsewhere=True,
    ),
    Kind("threads and processes", (THREADS, CHILD_PROCESSES), {"RLIMIT_NPROC", "pids.max"}, _tasks, {"EAGAIN"}),
    Kind(
        "threads",
        (THREADS,),
        {"RLIMIT_NPROC", "pids.max", "RLIMIT_AS"},
        _threads,
        (),
        re.compile("can't start new thread"),
        is_elsewhere=True,
    ),
    Kind(
        "memory",
        (LIVE_BYTES, BLOCKS, MAPPED_PAGES, RESIDENT_PAGES, THREADS),
        {"RLIMIT_AS"},
        _address_space,
        {"MemoryError", "ENOMEM"},
        re.compile("can't start new thread"),
    ),
)
