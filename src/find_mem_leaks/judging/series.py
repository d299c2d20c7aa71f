"""The series of one cell, as it was measured: frozen records, and nothing that judges them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from operator import add

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Columns = Mapping[str, Array]
NOTHING = np.empty(0)
# The count of entries in containers with a known bound: a file of ``measured/probes`` that is no probe of its own.
ENTRIES = "entries"
# How full these containers are, which tells two of different bounds apart. Older results files lack it.
FILL = "fill"
# The count of idle threads of pools with a known bound. Older results files lack it.
IDLE = "idle"
# No round that is thinned comes to more than one in so many of all operations, since growth is read in 24 points.
ROUNDS = 32


@dataclass(frozen=True)
class Sample:
    """A quick look at memory inside a round, after a collection of garbage.

    Attributes:
        operations: operations carried out since the cell began.
        seconds: seconds that the stretch before it took, without the look itself.
        live_bytes: bytes that Python's small-object allocator and the C heap have handed out.
        blocks: blocks that the former has handed out.
        elsewhere: bytes mapped by no allocator.
        rss: bytes of resident memory.
        private: the part of it that no file backs.
        taken: bytes that the allocators have taken from the system.
        clock: seconds of the process's monotonic clock.
        counts: what else is counted, by the names of the files of ``measured/probes``.
        calls: how often the workload had been called for a part of the operations; 0 where that was not recorded.
    """

    operations: int
    seconds: float
    live_bytes: int
    blocks: int
    elsewhere: int
    rss: int
    private: int = 0
    taken: int = 0
    clock: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)
    calls: int = 0


FIELDS = tuple(each.name for each in fields(Sample) if each.name != "counts")
READINGS = tuple(name for name in FIELDS if name not in {"operations", "seconds", "calls"})


@dataclass(frozen=True)
class Round:
    """A stretch of operations between two full looks at memory. All memory in bytes.

    Attributes:
        operations: operations carried out.
        counts: creates, reads, updates and deletes among them; zeros for a person's own workload.
        warm_up: whether it is part of the warm-up.
        initial_rss, final_rss: resident memory before and after.
        anonymous: the part of it that no file backs, after.
        peak: the largest resident memory of the process so far.
        samples: the looks inside the round.
    """

    operations: int
    counts: tuple[int, int, int, int]
    warm_up: bool
    initial_rss: int
    final_rss: int
    anonymous: int
    peak: int
    samples: tuple[Sample, ...]

    @cached_property
    def seconds(self) -> float:
        """Seconds that the round's operations took."""
        return sum(sample.seconds for sample in self.samples)

    @property
    def values(self) -> Mapping[str, list[float]]:
        """The samples' fields by name, and the counts that all of them have: a list each."""
        counted = _in_all([sample.counts for sample in self.samples])
        fields_ = {name: [getattr(sample, name) for sample in self.samples] for name in FIELDS}
        return fields_ | {name: [sample.counts[name] for sample in self.samples] for name in counted}

    @cached_property
    def columns(self) -> Columns:
        """The same: an array each."""
        return {name: np.array(values, dtype=np.float64) for name, values in self.values.items()}

    @property
    def live_bytes(self) -> int:
        """The lowest reading of the round: caches, free lists and garbage push memory up, never down."""
        return min(sample.live_bytes for sample in self.samples)

    @property
    def blocks(self) -> int:
        return min(sample.blocks for sample in self.samples)


@dataclass(frozen=True)
class Cap:
    """A container with a known bound.

    Attributes:
        name: what it is.
        before, after: its entries when the warm-up was over, and at the end.
        cap: its bound.
        room_until: the last of the measured operations after which it was seen to have room left; 0 if it never was.
    """

    name: str
    before: int
    after: int
    cap: int
    room_until: int = 0

    @property
    def is_full(self) -> bool:
        """Return whether it has no room left."""
        return self.after >= self.cap

    @property
    def is_filling(self) -> bool:
        """Return whether it has grown and has room left."""
        return self.before < self.after < self.cap

    def __str__(self) -> str:
        return f"{self.name} ({self.after:,} of {self.cap:,} entries)"


@dataclass(frozen=True)
class Child:
    """A process that the measured one has started, or one that such a one has started.

    Attributes:
        pid: its number.
        name: its name by multiprocessing, if it has one, and its command.
        before, after: bytes that it had grown by since it was first seen when the warm-up was over, and at the end.
        private: bytes of the pages that no other process has, at the end; None where the system does not tell.
        pss: the same with its share of pages that others have too.
    """

    pid: int
    name: str
    before: int
    after: int
    private: int | None = None
    pss: int | None = None

    @property
    def growth(self) -> int:
        """Bytes that it grew by after the warm-up."""
        return self.after - self.before

    def __str__(self) -> str:
        return f"child process {self.pid} ({self.name})"


@dataclass(frozen=True)
class Held:
    """Memory that a timer of the event loop holds for a while of what operations leave behind.

    Attributes:
        name: what the timer calls.
        file, line: where it is set; empty and 0 where that is not known.
        bytes: bytes of each operation, of all such timers together.
        seconds: seconds for which they are held.
    """

    name: str
    file: str
    line: int
    bytes: float
    seconds: float

    def __str__(self) -> str:
        module = "/".join(self.file.split("/")[-3:])
        place = f", set at {module}:{self.line}," if self.line else ""
        kept = f"keeps {self.bytes:,.0f} bytes of each operation for {self.seconds:.2g} s"
        return f"the timer {self.name}(){place} {kept}"


@dataclass(frozen=True)
class Unended:
    """Tasks of the event loop that operations have begun and that never end.

    Attributes:
        name: the coroutine of the application that waits.
        file, line: where it waits; empty and 0 where that is not known.
        number: how many such tasks there are.
    """

    name: str
    file: str
    line: int
    number: int

    def __str__(self) -> str:
        module = "/".join(self.file.split("/")[-3:])
        place = f", at {module}:{self.line}" if self.line else ""
        count = "1 task never ends" if self.number == 1 else f"{self.number:,} tasks never end"
        return f"{count}: {self.name}(){place}"


@dataclass(frozen=True)
class Series:
    """All rounds of one cell in their order.

    Attributes:
        rounds: the rounds.
        caps: the containers with a known bound that grew or shrank, where those were asked for.
        children: the processes below the measured one at the end, if there were any, the one that grew most first.
        held: what timers hold for a while, where that was asked for; the most frequent first.
        unended: the tasks that never end, where those were asked for; the most frequent first.
        answers: how many there were of each status, of an application.
    """

    rounds: tuple[Round, ...]
    caps: tuple[Cap, ...] = ()
    children: tuple[Child, ...] = ()
    held: tuple[Held, ...] = ()
    unended: tuple[Unended, ...] = ()
    answers: Mapping[str, int] = field(default_factory=dict)

    @property
    def measured(self) -> Sequence[Round]:
        """The rounds after the warm-up."""
        return [round_ for round_ in self.rounds if not round_.warm_up]

    @property
    def operations(self) -> int:
        """Operations in the rounds after the warm-up: the horizon that a verdict may speak of."""
        return sum(round_.operations for round_ in self.measured)

    @property
    def seconds(self) -> float:
        """Seconds that the operations took in the rounds after the warm-up."""
        return sum(round_.seconds for round_ in self.measured)

    @property
    def pace(self) -> float:
        """Seconds that an operation takes; by the warm-up where nothing was measured after it."""
        rounds = [each for each in self.measured if each.operations] or self.rounds
        return sum(each.seconds for each in rounds) / max(sum(each.operations for each in rounds), 1)

    @property
    def elapsed(self) -> float:
        """Seconds on the clock from the first look after the warm-up to the last, looks included: twice those of the
        shorter half of the operations, so that a pause adds nothing."""
        clock = self.columns(warm_up=False)["clock"]
        operations = self.columns(warm_up=False)["operations"]
        if not len(clock):
            return 0.0
        middle = clock[np.searchsorted(operations, (operations[0] + operations[-1]) / 2)]
        return float(2 * min(middle - clock[0], clock[-1] - middle))

    def thinned(self) -> Series:
        """The same horizon in fewer rounds after the warm-up: neighbours become one, lowest readings kept, unless they
        came to more than a share of all operations. So what is long past keeps as many readings as what is recent."""
        warm_up = [round_ for round_ in self.rounds if round_.warm_up]
        longest = self.operations / ROUNDS
        thinned: list[Round] = []
        waiting: Round | None = None
        for round_ in self.measured:
            if waiting is None:
                waiting = round_
            elif waiting.operations + round_.operations <= longest:
                thinned.append(_merged(waiting, round_))
                waiting = None
            else:
                thinned.append(waiting)
                waiting = round_
        return replace(self, rounds=(*warm_up, *thinned, *([waiting] if waiting else ())))

    def samples(self) -> Iterator[Sample]:
        """The samples of the rounds after the warm-up."""
        for round_ in self.measured:
            yield from round_.samples

    def columns(self, *, warm_up: bool = True) -> Columns:
        """The fields of all samples by name, an array each; without ``warm_up`` only of those after it. Counts are
        there if every round of the series has them."""
        names = _in_all([round_.columns for round_ in self.rounds]) or FIELDS
        rounds = [round_.columns for round_ in self.rounds if warm_up or not round_.warm_up]
        return {name: np.concatenate([each[name] for each in rounds] or [NOTHING]) for name in names}


def _in_all(mappings: Sequence[Mapping[str, object]]) -> list[str]:
    """The keys that all of these have."""
    first, *others = mappings or [{}]
    return [name for name in first if all(name in other for other in others)]


def _merged(first: Round, second: Round) -> Round:
    create, read, update, delete = map(add, first.counts, second.counts)
    return replace(
        second,
        operations=first.operations + second.operations,
        counts=(create, read, update, delete),
        initial_rss=first.initial_rss,
        samples=(*_halved(first.samples), *_halved(second.samples)),
    )


def _halved(samples: Sequence[Sample]) -> Iterator[Sample]:
    """Yield of each two samples the one with fewer live bytes and what went with these, with the lower readings
    and the seconds of both."""
    for start in range(0, len(samples), 2):
        pair = samples[start : start + 2]
        lowest = min(pair, key=lambda sample: sample.live_bytes)
        readings = {name: min(getattr(sample, name) for sample in pair) for name in READINGS}
        counts = {name: min(sample.counts[name] for sample in pair) for name in _in_all([each.counts for each in pair])}
        counts |= {name: lowest.counts[name] for name in counts if name in {ENTRIES, FILL, IDLE}}
        yield replace(lowest, seconds=sum(sample.seconds for sample in pair), counts=counts, **readings)
