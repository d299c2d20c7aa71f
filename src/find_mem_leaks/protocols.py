"""How a cell is led: which rounds and stretches the measured process is asked for, and when it is enough.

Two protocols. *Fixed* carries out exactly the rounds and operations that were asked for. *Auto* warms up, then goes on
until the verdict is decided or the cell's time is up. Both look at memory between stretches, never inside one.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from find_mem_leaks.judging.series import READINGS, Cap, Round, Sample, Series
from find_mem_leaks.judging.verdict import MEMORY_CAP, Rules, Verdict, judge
from find_mem_leaks.subjects.scenarios import Scenario

WARM_UP_ROUNDS = 3
# A round's stretches, each ended by a look at memory: enough for the lowest of them to miss most sawtooth garbage, and
# far enough apart that the operations after a look, with caches gone cold, are few.
LOOKS = 10
ROUND_SECONDS = 0.5
# On a busy machine looks and collections take their time: rounds are made as long as this many times as much.
WORTH = 2.0
FEWEST_OPERATIONS = 2 * LOOKS
MOST_OPERATIONS = 8_000
# Looks take longer the more objects a workload keeps. Where those of a round take this many times as long as at first,
# and as many seconds at least, rounds are doubled, up to so many operations.
COSTLY = 4.0
COSTLY_SECONDS = 0.1
LONGEST = 8 * MOST_OPERATIONS
# Rounds of one length can beat in time with something periodic in the stack and grow by its phase for ever.
DITHER = (0.7, 1.3)
# How many times as slow as before operations may become before a process counts as hung.
BUSY = 10.0
# From this many rounds on a cell's record is thinned to half, so that it doesn't grow with the time it takes.
MOST_ROUNDS = 128
# A fixed round's stretches: as many as make a look every so many operations, within these bounds.
FIXED_LOOKS = (16, 256)
FIXED_STRETCH = 100
# Operations tried to learn how long one takes, in stretches that double up to this many seconds.
CALIBRATION_SECONDS = 0.05
CALIBRATION_OPERATIONS = 2_048
# What memory may grow by while that is learned; and of so many rounds together all that it may grow by at all, so that
# a leak of 100 kB an operation has its verdict before the cell is stopped for it.
CALIBRATION_MEMORY = MEMORY_CAP // 8
ROUNDS_IN_MEMORY = 32


class Container(NamedTuple):
    """What tells a container with a known bound from others: its number alone may be given again once it is gone."""

    id: int
    name: str
    cap: int


class Ask(Protocol):
    """Send one request to the measured process, wait at most ``seconds`` for its reply."""

    def __call__(self, seconds: float, **request: Any) -> Awaitable[dict[str, Any]]: ...


@dataclass(frozen=True)
class Order:
    """What one cell is to be measured with.

    file: a person's own workload, None for a stack that ships; label: how the cell calls the stack, None for its name;
    time_cap: seconds that the auto protocol may take; stall: seconds without an answer after which a process counts as
    hung; concurrency: requests in flight, of a served stack; rounds: of the fixed protocol, None for auto; truth: of a
    control, the verdict that is known to be true.
    """

    stack: str
    scenario: Scenario
    seed: int
    rules: Rules
    time_cap: float
    stall: float
    concurrency: int = 1
    rounds: int | None = None
    file: str | None = None
    truth: str | None = None
    label: str | None = None

    @property
    def protocol(self) -> str:
        return "auto" if self.rounds is None else "fixed"


class Recorder:
    """The series so far, and whom to tell when it grows; ``exhausted`` once memory has grown by ``MEMORY_CAP``."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self.series = Series(())
        self.operations = 0
        self.room_until: dict[Container, int] = {}
        self._unfinished: Round | None = None
        self._least = sys.maxsize
        self._held = 0
        self._marked: tuple[int, int] | None = None
        self._pace = 0.0
        self._progress = progress

    def sample(self, operations: int, reply: dict[str, Any]) -> Sample:
        self.operations += operations
        self._progress(self.operations)
        held = max(reply["live_bytes"], reply["rss"])
        self._held = held
        self._least = min(self._least, held)
        self._marked = self._marked or (self.operations, held)
        self._pace = reply["seconds"] / max(operations, 1)
        return Sample(self.operations, reply["seconds"], *(reply[name] for name in READINGS))

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


async def fixed(ask: Ask, order: Order, directory: str, recorder: Recorder) -> None:
    """Exactly ``order.rounds`` rounds of the scenario's operations; the first counts as warm-up if others follow."""
    assert order.rounds is not None
    operations = order.scenario.operations
    await open_stack(ask, order, directory, operations)
    fewest, most = FIXED_LOOKS
    looks = min(max(operations // FIXED_STRETCH, fewest), most, operations)
    dither = _dither(order)
    caps = await _prime(ask, order)
    for number in range(order.rounds):
        warm_up = number == 0 and order.rounds > 1
        recorder.add(await _round(ask, order, number, _cut(operations, looks, dither), warm_up, recorder))
        caps = await _caps(ask, order) if warm_up else caps
        if recorder.exhausted:
            break
    await _look_for_caps(ask, order, recorder, caps)


async def auto(ask: Ask, order: Order, directory: str, recorder: Recorder) -> None:
    """Warm up, then rounds of random lengths until the verdict is decided or the time cap is reached."""
    deadline = time.monotonic() + order.time_cap
    await open_stack(ask, order, directory, 2 * LONGEST)
    seconds, initial_rss = await _calibrate(ask, order, recorder)
    typical = min(_typical_operations(seconds), recorder.affordable())
    dither = _dither(order)
    number = 1
    looking = 0.0
    caps: dict[Container, int] | None = None
    while True:
        stretches = _cut(_dithered(typical, dither), LOOKS, dither)
        warm_up, started = number <= WARM_UP_ROUNDS, time.monotonic()
        made = await _round(ask, order, number, stretches, warm_up, recorder)
        recorder.add(replace(made, initial_rss=initial_rss) if number == 1 else made)
        recorder.thin()
        number += 1
        took = time.monotonic() - started
        if warm_up:
            looking = took - made.seconds
            typical = min(_paying_operations(made, took), recorder.affordable())
        elif _are_costly(took - made.seconds, looking, made):
            typical = min(2 * typical, LONGEST, max(typical, recorder.affordable()))
        if caps is None and not warm_up:
            caps = await _caps(ask, order)
        over = recorder.exhausted or time.monotonic() > deadline
        if over or await _is_decided(ask, order, recorder, caps or {}):
            break
    await _look_for_caps(ask, order, recorder, caps or {})


async def _is_decided(ask: Ask, order: Order, recorder: Recorder, caps: dict[Container, int]) -> bool:
    """Whether more operations cannot change the verdict. Growth that a container with room left explains goes on: it
    will be full, or it will have been something else."""
    found = judge(replace(recorder.series, caps=()), order.rules)
    if found.verdict is Verdict.LEAKING:
        await _look_for_caps(ask, order, recorder, caps)
        found = judge(recorder.series, order.rules)
    return found.decided


async def _caps(ask: Ask, order: Order) -> dict[Container, int]:
    """The entries of each container with a known bound."""
    found = (await ask(order.stall, do="caps"))["caps"]
    return {Container(each["id"], each["name"], each["cap"]): each["size"] for each in found}


async def _look_for_caps(ask: Ask, order: Order, recorder: Recorder, before: dict[Container, int]) -> None:
    """Where memory grew, note which containers with a known bound grew too."""
    if judge(recorder.series, order.rules, last=True).verdict is Verdict.CLEAN:
        return
    found = {each: size for each, size in (await _caps(ask, order)).items() if each in before}
    seen = recorder.room_until
    recorder.note_room(each for each, size in found.items() if size < each.cap)
    # One that is first seen full, and was not before, has filled until now as far as is known.
    recorder.note_room(each for each, size in found.items() if before[each] < size and each not in seen)
    grown = [Cap(each.name, before[each], size, each.cap, seen.get(each, 0)) for each, size in found.items()]
    recorder.series = replace(recorder.series, caps=tuple(cap for cap in grown if cap.before < cap.after))


async def open_stack(ask: Ask, order: Order, directory: str, capacity: int) -> None:
    """Let the process open the order's stack; ``capacity``: operations of its longest round."""
    await ask(
        order.stall,
        do="open",
        stack=order.stack,
        file=order.file,
        scenario=order.scenario.name,
        concurrency=order.concurrency,
        directory=directory,
        mix=order.scenario.mix,
        seed=order.seed,
        capacity=capacity,
    )


async def _prime(ask: Ask, order: Order) -> dict[Container, int]:
    """A round of no operations: what the looks themselves take for the first time is then behind us."""
    await ask(order.stall, do="prepare", round=0, operations=0)
    await ask(order.stall, do="stretch", operations=0)
    await ask(order.stall, do="finish")
    return await _caps(ask, order)


async def _calibrate(ask: Ask, order: Order, recorder: Recorder) -> tuple[float, int]:
    """Seconds that one operation takes, once its first calls are over; resident memory before them."""
    begin = await ask(order.stall, do="prepare", round=0, operations=2 * CALIBRATION_OPERATIONS)
    operations, seconds = 1, 0.0
    for operations in _doubling(CALIBRATION_OPERATIONS):
        reply = await ask(order.stall, do="stretch", operations=operations)
        recorder.sample(operations, reply)
        seconds = reply["seconds"]
        if seconds > CALIBRATION_SECONDS or recorder.grown > CALIBRATION_MEMORY:
            break
    await ask(order.stall, do="finish")
    return seconds / operations, begin["rss"]


def _doubling(most: int) -> Iterator[int]:
    operations = 1
    while operations <= most:
        yield operations
        operations *= 2


def _typical_operations(seconds_per_operation: float, seconds: float = ROUND_SECONDS) -> int:
    wanted = round(seconds / max(seconds_per_operation, 1e-9))
    return min(max(wanted, FEWEST_OPERATIONS), MOST_OPERATIONS)


def _paying_operations(made: Round, took: float) -> int:
    """Operations of a round that is worth its looks, from one that took so many seconds with them."""
    looking = took - made.seconds
    return _typical_operations(made.seconds / made.operations, max(ROUND_SECONDS, WORTH * looking))


def _are_costly(looking: float, at_first: float, made: Round) -> bool:
    """Whether the looks of a round took much longer than those of the last in the warm-up, and than its operations."""
    return looking > max(COSTLY * at_first, COSTLY_SECONDS, WORTH * made.seconds)


def _dither(order: Order) -> random.Random:
    """Where lengths come from: of one order always the same."""
    return random.Random(f"{order.seed}/{order.stack}/{order.scenario.name}")


def _dithered(operations: int, dither: random.Random) -> int:
    return max(LOOKS, round(operations * dither.uniform(*DITHER)))


def _cut(operations: int, looks: int, dither: random.Random) -> list[int]:
    """Cut a round into stretches of random lengths, each of at least one operation."""
    cuts = sorted(dither.sample(range(1, operations), min(looks, operations) - 1))
    return [end - begin for begin, end in zip([0, *cuts], [*cuts, operations], strict=True)]


async def _round(ask: Ask, order: Order, number: int, stretches: list[int], warm_up: bool, recorder: Recorder) -> Round:
    planned = sum(stretches)
    begin = await ask(order.stall, do="prepare", round=number, operations=planned)
    counts, rss = begin["counts"], begin["rss"]
    made = Round(
        operations=0,
        counts=(counts.get("create", 0), counts.get("read", 0), counts.get("update", 0), counts.get("delete", 0)),
        warm_up=warm_up,
        initial_rss=rss,
        final_rss=rss,
        anonymous=0,
        peak=rss,
        samples=(),
    )
    for stretch in stretches:
        reply = await ask(order.stall + recorder.patience(stretch), do="stretch", operations=stretch)
        made = _longer(made, stretch, recorder.sample(stretch, reply))
        recorder.keep(made)
        if recorder.exhausted:
            break
    end = await ask(order.stall, do="finish")
    return replace(made, final_rss=end["rss"], anonymous=end["anonymous"], peak=end["peak"])


def _longer(made: Round, operations: int, sample: Sample) -> Round:
    """The round with one more stretch; what only its end can tell is what the last look saw of it."""
    return replace(
        made,
        operations=made.operations + operations,
        final_rss=sample.rss,
        peak=max(made.peak, sample.rss),
        samples=(*made.samples, sample),
    )
