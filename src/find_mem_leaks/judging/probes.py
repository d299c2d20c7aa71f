"""The probes: a record of each. One is added by a file of ``measured/probes`` and an entry here
(docs/adding-a-probe.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from find_mem_leaks.judging.readings import (
    LARGE,
    LATER_PAGES,
    LEAST,
    LEAST_PAGES,
    PAGE,
    SLOWEST,
    SMALL_OBJECT,
    UNSEEN,
    largest_buffer,
    pages,
    reading,
    touched,
)
from find_mem_leaks.judging.series import Array, Columns


@dataclass(frozen=True)
class Probe:
    """What is judged.

    Attributes:
        name: what people call it; its key in records has underscores for spaces.
        unit: unit of its readings; ``B`` for bytes.
        read: takes the samples' fields by name, returns a reading per sample.
        misses: what it cannot see.
        unseen: what events that were not seen could amount to, in its unit.
        least: growth that is too small to speak of, in its unit.
        slowest: growth per operation that is too slow to speak of, in its unit; 0 where code that does not leak it
            keeps it still.
        later: growth late in a run that is not nothing even if it is not steady, in its unit.
        reserve: takes the samples' fields, returns the growth that what was reserved before may account for.
        thing: what one of the things that it counts is called; None where it counts bytes or blocks.
        counter: name of the counter in ``measured/explaining/counters.py`` that is read line by line, if one is.
        counts: what people call what that counter reads.
        is_seen_by_memray: whether memray sees what grows.
    """

    name: str
    unit: str
    read: Callable[[Columns], Array]
    misses: str
    unseen: float = UNSEEN
    least: float = LEAST
    slowest: float = 0.0
    later: float = LEAST
    reserve: Callable[[Columns], float] = lambda _: 0.0
    thing: str | None = None
    counter: str | None = None
    counts: str = ""
    is_seen_by_memray: bool = True

    @property
    def key(self) -> str:
        return self.name.replace(" ", "_")

    @property
    def is_bytes(self) -> bool:
        return self.unit == "B"


LIVE_BYTES = Probe(
    "live bytes",
    "B",
    reading("live_bytes"),
    "memory that neither Python's small-object allocator nor the C heap hands out",
    unseen=UNSEEN * SMALL_OBJECT,
    least=LEAST * SMALL_OBJECT,
    slowest=SLOWEST * SMALL_OBJECT,
    later=LARGE,
    counter="heap",
    counts="bytes of the C heap",
)
BLOCKS = Probe(
    "blocks",
    "blocks",
    reading("blocks"),
    "native memory, and how large a block is",
    slowest=SLOWEST,
    counter="blocks",
    counts="blocks of memory",
)
MAPPED_PAGES = Probe(
    "mapped pages",
    "B",
    pages,
    "less than a page; a reserved stack or a buffer that is being filled is neither",
    unseen=UNSEEN * PAGE,
    least=LEAST_PAGES * PAGE,
    later=LATER_PAGES * PAGE,
    counter="mapped",
    counts="mapped bytes",
)
RESIDENT_PAGES = Probe(
    "resident pages",
    "B",
    touched,
    "less than the largest buffer that may be filled for the first time",
    unseen=UNSEEN * PAGE,
    least=LEAST_PAGES * PAGE,
    later=LATER_PAGES * PAGE,
    reserve=largest_buffer,
    counter="resident",
    counts="resident bytes",
)
THREADS = Probe(
    "threads",
    "threads",
    reading("threads"),
    "what a thread is for",
    thing="thread",
    counter="threads",
    counts="threads",
    is_seen_by_memray=False,
)
FILE_DESCRIPTORS = Probe(
    "file descriptors",
    "descriptors",
    reading("descriptors"),
    "what a descriptor is for",
    thing="file descriptor",
    counter="descriptors",
    counts="open descriptors",
    is_seen_by_memray=False,
)
UNCOLLECTABLE = Probe("uncollectable objects", "objects", reading("uncollectable"), "what is not in `gc.garbage`")
PROBES = (LIVE_BYTES, BLOCKS, MAPPED_PAGES, RESIDENT_PAGES, THREADS, FILE_DESCRIPTORS, UNCOLLECTABLE)
MEMORY = tuple(probe for probe in PROBES if probe.is_bytes)
BY_KEY = {probe.key: probe for probe in PROBES}
