"""What is kept of a cell while it is led: its series so far, and how much room its memory has left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from find_mem_leaks.judging.criteria import MEMORY_CAP
from find_mem_leaks.judging.probes import CHILD_MEMORY, SHARED_MEMORY
from find_mem_leaks.judging.series import Round, Sample, Series
from find_mem_leaks.measured import replies

# How many times as slow as before operations may become before a process counts as hung.
BUSY = 10.0
# From this many rounds on a cell's record is thinned to half, so that it doesn't grow with the time it takes.
MOST_ROUNDS = 128
# Of so many rounds together memory may grow by all that it may grow by at all, so that a leak of 100 kB an operation
# has its verdict before the cell is stopped for it.
ROUNDS_IN_MEMORY = 32
# Counts of bytes that the measured process's own memory does not hold.
BESIDE = (str(CHILD_MEMORY.module), str(SHARED_MEMORY.module))


class Container(NamedTuple):
    """What tells a container with a known bound from others: its number alone may be given again once it is gone."""

    id: int
    name: str
    cap: int


class Recorder:
    """The series so far, and whom to tell when it grows; ``exhausted`` once memory has grown by ``MEMORY_CAP``.

    Attributes:
        unread: errors of the files of ``measured/probes`` that cannot be read in the measured process, by their names.
        allocator: the allocators of the measured process.
        never_ends: how many tasks and connections never end.
        noted: the measured operations after which containers were last asked for; -1 if they never were.
    """

    def __init__(self, progress: Callable[[int], None]) -> None:
        self.series = Series(())
        self.operations = 0
        self.unread: dict[str, str] = {}
        self.allocator = ""
        self.room_until: dict[Container, int] = {}
        self.never_ends = 0
        self.noted = -1
        self._unfinished: Round | None = None
        self._least = sys.maxsize
        self._held = 0
        self._marked: tuple[int, int] | None = None
        self._pace = 0.0
        self._progress = progress

    def opened(self, reply: replies.Open) -> None:
        """Remember what the measured process says of itself once the stack is open."""
        self.allocator = reply["allocator"]

    def sample(self, operations: int, reply: replies.Stretch) -> Sample:
        self.operations += operations
        self._progress(self.operations)
        held = max(reply["live_bytes"], reply["rss"]) + sum(reply["counts"].get(name, 0) for name in BESIDE)
        self._held = held
        self._least = min(self._least, held)
        self._marked = self._marked or (self.operations, held)
        self._pace = reply["seconds"] / operations if operations else self._pace
        self.unread = reply["unread"]
        self.never_ends = reply.get("never_ends", self.never_ends)
        return Sample(
            self.operations,
            reply["seconds"],
            live_bytes=reply["live_bytes"],
            blocks=reply["blocks"],
            elsewhere=reply["elsewhere"],
            rss=reply["rss"],
            private=reply["private"],
            taken=reply["taken"],
            clock=reply["clock"],
            counts=reply["counts"],
            calls=reply["calls"],
        )

    @property
    def grown(self) -> int:
        """Bytes that memory has grown by since it was least."""
        return self._held - self._least if self.operations else 0

    @property
    def exhausted(self) -> bool:
        return self.grown > MEMORY_CAP

    def affordable(self) -> int:
        """Operations of a round of which ``ROUNDS_IN_MEMORY`` stay within ``MEMORY_CAP``, by how memory has grown since
        this was last asked."""
        operations, held = self._marked or (0, self._held)
        self._marked = self.operations, self._held
        growth = (self._held - held) / max(self.operations - operations, 1)
        return round(MEMORY_CAP / ROUNDS_IN_MEMORY / max(growth, 1.0))

    def note_room(self, containers: Iterable[Container]) -> None:
        """Remember that these have room left after the operations measured so far."""
        self.room_until.update(dict.fromkeys(containers, self.series.operations))

    def patience(self, operations: int) -> float:
        """Seconds that so many operations may take on a machine that has become busy, by the pace they had before."""
        return BUSY * operations * self._pace

    def add(self, round_: Round) -> None:
        self._unfinished = None
        self.series = replace(self.series, rounds=(*self.series.rounds, round_))

    def keep(self, unfinished: Round) -> None:
        """Remember a round as far as it has come, in case it is interrupted."""
        self._unfinished = unfinished

    @property
    def so_far(self) -> Series:
        """The series with the round that was interrupted, if one was."""
        if self._unfinished is None:
            return self.series
        return replace(self.series, rounds=(*self.series.rounds, self._unfinished))

    def thin(self) -> None:
        if len(self.series.measured) >= MOST_ROUNDS:
            self.series = self.series.thinned()
