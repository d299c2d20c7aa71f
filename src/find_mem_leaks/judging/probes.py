"""The probes: a record of each. One that counts things is added by a file of ``measured/probes``
(docs/adding-a-probe.md)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from find_mem_leaks.judging.readings import (
    BUFFER_PAGES,
    LARGE,
    LATE_PAGES,
    LATER_PAGES,
    LEAST,
    MODEST_PAGES,
    PAGE,
    SLOWEST,
    SMALL_OBJECT,
    UNSEEN,
    at_equal,
    at_equal_fill,
    beyond,
    largest_buffer,
    pages,
    reading,
    touched,
)
from find_mem_leaks.judging.series import FIELDS, IDLE, Array, Columns

FILES = Path(__file__).parents[1] / "measured" / "probes"
# By these constants a file says what it counts. It is read, never imported: that is the measured process's part.
WORDS = re.compile(r'^(NAME|UNIT|THING|MISSES) = "(.+)"$', re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """A part of live bytes that the measured process may be unable to read, or to read in full.

    Attributes:
        name: what people call it; its key in records is in lower case, with underscores for spaces.
        module: the file of ``measured/probes`` that reads it.
        readable: what the process must be measured under to read it.
    """

    name: str
    module: str
    readable: str

    @property
    def key(self) -> str:
        return self.name.lower().replace(" ", "_")


@dataclass(frozen=True)
class Probe:
    """A reading that is judged.

    Attributes:
        name: what people call it; its key in records has underscores for spaces.
        unit: unit of its readings; ``B`` for bytes.
        read: takes the samples' fields by name, returns a reading per sample.
        misses: what it cannot see.
        module: the file of ``measured/probes`` whose ``read()`` each look carries out for it; None where it is read
            from the samples' memory.
        unseen: what events that were not seen could amount to, in its unit.
        least: growth that is too small to count, in its unit.
        slowest: growth per operation that is too slow to count, in its unit; 0 where code that does not leak it
            keeps it still.
        later: growth late in a run that is not nothing even if it is not steady, in its unit.
        doubtful: growth over the last half of the operations that an acquittal may pass over, however sure it is, in
            its unit; not asked where ``slowest`` says it.
        reserve: takes the samples' fields, returns the growth that what was reserved before may account for.
        thing: what one of the things that it counts is called; None where a line is not told by how many it adds.
        counter: what is read line by line, if anything is: a file of ``measured/probes``, or one of ``OF_MEMORY`` in
            ``measured/explaining/counters.py``.
        counts: what people call what that counter reads.
        is_seen_by_memray: whether memray sees what grows.
        is_elsewhere: whether what grows is in other processes, so that nothing in the measured one holds it.
    """

    name: str
    unit: str
    read: Callable[[Columns], Array]
    misses: str
    module: str | None = None
    unseen: float = UNSEEN
    least: float = LEAST
    slowest: float = 0.0
    later: float = LEAST
    doubtful: float = 0.0
    reserve: Callable[[Columns], float] = lambda _: 0.0
    thing: str | None = None
    counter: str | None = None
    counts: str = ""
    is_seen_by_memray: bool = True
    is_elsewhere: bool = False

    @property
    def key(self) -> str:
        return self.name.replace(" ", "_")

    @property
    def is_bytes(self) -> bool:
        return self.unit == "B"


def count(*, name: str, unit: str, module: str, thing: str, misses: str) -> Probe:
    """Return the probe of a file of ``measured/probes`` whose ``read()`` counts things that memray does not see.

    Raises:
        ValueError: the file has the name of a reading of memory.
    """
    if module in FIELDS:
        raise ValueError(f"a probe's file cannot be called {module!r}: a sample has a reading of this name")
    return Probe(
        name,
        unit,
        reading(module),
        misses,
        module=module,
        thing=thing,
        counter=module,
        counts=name,
        is_seen_by_memray=False,
    )


def counts() -> dict[str, Probe]:
    """Return the probes of the files that say what they count, by the files' names."""
    words = {file.stem: WORDS.findall(file.read_text(encoding="utf-8")) for file in sorted(FILES.glob("*.py"))}
    return {
        module: count(module=module, **{name.lower(): text for name, text in constants})
        for module, constants in words.items()
        if constants
    }


def at_equal_pools(read: Callable[[Columns], Array]) -> Callable[[Columns], Array]:
    """Take a reading less what goes with the idle threads of pools, whose number has a known bound and may still
    rise."""
    return at_equal(IDLE, read, is_bounded=True)


COUNTS = counts()
# Idle ones of a pool have a known bound; one that never ends its work has none.
COUNTS["threads"] = replace(COUNTS["threads"], read=beyond("threads", IDLE))
LIVE_BYTES = Probe(
    "live bytes",
    "B",
    at_equal("threads", at_equal_fill(at_equal_pools(reading("live_bytes")))),
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
    at_equal_fill(at_equal_pools(reading("blocks"))),
    "native memory, and how large a block is",
    slowest=SLOWEST,
    counter="blocks",
    counts="blocks of memory",
)
MAPPED_PAGES = Probe(
    "mapped pages",
    "B",
    at_equal("threads", at_equal_pools(pages)),
    "less than a page; what is only mapped (a reserved stack) or only becomes resident (a buffer that fills)",
    unseen=UNSEEN * PAGE,
    least=LATE_PAGES * PAGE,
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
    least=LATE_PAGES * PAGE,
    later=LATER_PAGES * PAGE,
    doubtful=LATER_PAGES * PAGE,
    reserve=largest_buffer,
    counter="resident",
    counts="resident bytes",
)
THREADS = COUNTS["threads"]
FILE_DESCRIPTORS = COUNTS["descriptors"]
UNCOLLECTABLE = Probe(
    "uncollectable objects",
    "objects",
    reading("uncollectable"),
    "what is not in `gc.garbage`",
    module="uncollectable",
)
CHILD_PROCESSES = COUNTS["processes"]
CHILD_MEMORY = Probe(
    "memory of child processes",
    "B",
    reading("children"),
    "less than 16 MiB in all: a child's garbage is not collected before a look; memory of a process started anew",
    module="children",
    unseen=UNSEEN * PAGE,
    least=MODEST_PAGES * PAGE,
    later=MODEST_PAGES * PAGE,
    doubtful=LATER_PAGES * PAGE,
    counter="children",
    counts="bytes of child processes",
    is_seen_by_memray=False,
    is_elsewhere=True,
)
SHARED_MEMORY = Probe(
    "shared memory",
    "B",
    reading("shared_memory"),
    "segments that C code, a spawned process or the opening of a file makes, and those of System V",
    module="shared_memory",
    unseen=UNSEEN * PAGE,
    least=LATE_PAGES * PAGE,
    later=LATER_PAGES * PAGE,
    counter="shared_memory",
    counts="bytes of shared memory",
    is_seen_by_memray=False,
)
SHARED_SEGMENTS = COUNTS["shared_segments"]
_ORDER = (
    LIVE_BYTES,
    BLOCKS,
    MAPPED_PAGES,
    RESIDENT_PAGES,
    THREADS,
    FILE_DESCRIPTORS,
    UNCOLLECTABLE,
    CHILD_PROCESSES,
    CHILD_MEMORY,
    SHARED_MEMORY,
    SHARED_SEGMENTS,
)
PROBES: tuple[Probe, ...] = (*_ORDER, *(probe for probe in COUNTS.values() if probe not in _ORDER))
# Read of a process that nobody touches (``hands_off.py``); what is live and what is garbage cannot be told apart there.
UNCOLLECTED = Probe(
    "uncollected bytes",
    "B",
    reading("live_bytes"),
    "what of it is garbage",
    unseen=UNSEEN * SMALL_OBJECT,
    least=LATER_PAGES * PAGE,
)
RESIDENT = Probe(
    "resident memory", "B", reading("rss"), "what of it is in use", unseen=UNSEEN * PAGE, least=BUFFER_PAGES * PAGE
)
PARTS = (
    Part("native memory", "heap", "glibc's malloc, jemalloc or tcmalloc"),
    Part("Python objects", "pymalloc", "`PYTHONMALLOC=pymalloc` and without tracemalloc"),
)
PAGES = (MAPPED_PAGES, RESIDENT_PAGES)
MEMORY = tuple(probe for probe in PROBES if probe.is_bytes)
THINGS = tuple(probe for probe in PROBES if not probe.is_bytes and probe is not BLOCKS)
BY_KEY = {probe.key: probe for probe in (*PROBES, UNCOLLECTED, RESIDENT)}
MODULES = tuple(probe.module for probe in PROBES if probe.module)
# Keys of the probes and the parts of live bytes, by the files that read them.
KEYS = {probe.module: probe.key for probe in PROBES if probe.module} | {part.module: part.key for part in PARTS}


def unread(samples: Columns) -> frozenset[str]:
    """Return the keys of the probes that a series has no readings of: nothing may be said of what they count."""
    return frozenset(probe.key for probe in PROBES if probe.module and probe.module not in samples)
