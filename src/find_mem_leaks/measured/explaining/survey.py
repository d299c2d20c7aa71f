"""Who holds what is new: some operations more, what grew over them, where it was made, and the way to what keeps it.

First it is seen what grows, over as many operations as it takes; then, over some more under tracemalloc, whether it
goes on growing, and by which lines. Where nothing that the collector sees refers to what was made at a line and is
still there, C code holds it; where only a collection would free it and the workload has switched the collector off,
its own cycle does.

Cannot see: what objects hold that the collector cannot look into.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from typing import TYPE_CHECKING, Callable, List, NamedTuple, Optional, Sequence, Set, Tuple

from .. import clock, kinds
from ..settling import collection, timers
from . import counters, holders, inventory, lines, traces
from .inventory import Grown, Inventory

if TYPE_CHECKING:
    from .. import replies, requests
    from ..workload import Wait, Workload

FRAMES = 12
# What is kept that often is enough to tell, and how often it should be seen being made; how many times as many
# operations the next part of the first look has; the share of what is expected to grow that is enough to have found.
ENOUGH = 3
WANTED = 25
MORE = 3
SHARE = 0.1
# How many times as long a look may take where objects are expected to grow and next to none have: they come rarely, and
# then many at once.
LONGER = 4
# Of what was made at a line the most that may be found where it is still said that no object refers to it.
FOUND = 0.1
# Objects of a type whose ways outwards are looked for: what most of them are held by is told.
VOTES = 7
IN_C = "C code: no object that the collector sees refers to it"
CYCLE = "nothing but a reference cycle: the garbage collector is off"

Line = Tuple[str, int]
Work = Callable[[int], None]


class Expected(NamedTuple):
    """What is known of the leak, per operation: blocks, or what stands for them, and bytes, if one object could be what
    grows by them, else 0; and the own lines that allocate it."""

    rate: float
    bytes: float
    lines: Set[Line]


class Limits(NamedTuple):
    """Operations of the first look's first part, of all its parts at least if nothing is found and at most, and seconds
    of each of the two looks."""

    first: int
    least: int
    most: int
    within: float


def survey(workload: Workload, wait: Wait, request: requests.Survey) -> replies.Survey:
    """``held``: an entry for each thing that grows, the surest first; ``operations``: of the first look; ``otherwise``:
    what holds what was made at the expected lines if nothing that the collector sees does, else None. See ``worker``
    for the request."""
    limits = Limits(request["first"], request["least"], request["most"], request["within"])
    expected = Expected(request["rate"], request["bytes"], {(file, line) for file, line in request["lines"]})
    workload.prepare(request["round"], 4 * limits.most)
    done = 0

    def work(operations: int) -> None:
        nonlocal done
        wait(workload.stretch(done, done + operations))
        done += operations

    return look(work, limits, expected)


def look(work: Work, limits: Limits, expected: Expected) -> replies.Survey:
    """As ``survey``; ``work`` carries out so many operations more."""
    collection.collect()
    before, operations, grown, new = _until_grown(work, limits, expected)
    gc.unfreeze()
    grown = before.net(grown)
    one = [entry for entry in grown if _is_as_expected(entry, operations, expected)]
    larger = _larger(one, operations, before)
    made = _Made([entry for entry in grown if not entry.bytes], work, limits, operations, expected)
    heap = _heap([*grown, *(entry for entry, _, _ in made.stable)], before, new | made.new)
    held = _held(made, operations, expected, heap) + larger
    entries = [entry for entry, _ in held]
    if made.is_quick:
        _add_put(held, work, made.operations)
    otherwise = IN_C if made.is_in_c else None
    first = [item.sample[0] for _, item in held if item.container is None and not item.bytes]
    types = list(kinds.of(first).values())
    del first, grown, made, held, one, larger, heap, before
    if not gc.isenabled():
        _free_cycles(entries, types)
    return {"held": entries, "operations": operations, "otherwise": otherwise}


def _heap(grown: Sequence[Grown], before: Inventory, new: Set[int]) -> holders.Heap:
    """All references but those of the search's own lists."""
    return holders.Heap({id(entry.sample) for entry in grown} | before.ours, new, before.growth)


def _larger(one: Sequence[Grown], operations: int, before: Inventory) -> List[Tuple[replies.Held, Grown]]:
    """Entries of single objects that grow, before more operations put others in their places."""
    if not one:
        return []
    heap = _heap(one, before, set())
    return [(_entry(entry, [], operations, False, heap)[0], entry) for entry in one]


def _until_grown(work: Work, limits: Limits, expected: Expected) -> Tuple[Inventory, int, List[Grown], Set[int]]:
    """Carry out operations until what is expected to grow has grown; what there was before, how many, what has grown,
    and all that is new. What this function itself takes is there before."""
    before = Inventory(sized=expected.bytes > 0)
    step, done, kept, seconds = max(1, min(limits.first, limits.most) // (1 + MORE)), 0, 0, 0.0
    grown: List[Grown] = []
    while True:
        started = clock.seconds()
        work(step)
        seconds += clock.seconds() - started
        done += step
        collection.collect()
        grown.clear()  # it would keep what was replaced since
        grown += before.grown(holders.is_ours)
        kept, before_that = max((entry.more for entry in grown), default=0), kept
        goes_on = kept >= 2 * before_that >= 2 * ENOUGH and kept >= SHARE * expected.rate * done
        if goes_on or any(_is_as_expected(entry, done, expected) for entry in grown):
            return before, done, grown, _tracked()
        is_awaited = not expected.bytes and kept < SHARE * expected.rate * done
        within = LONGER * limits.within if is_awaited else limits.within
        if done >= limits.most or (seconds >= within and done >= limits.least):
            new = _tracked()
            return before, done, grown + (before.replaced() if expected.bytes else []), new
        left = max(round(done * (within - seconds) / seconds), limits.least - done)
        step = max(1, min(MORE * done, limits.most - done, left))


def _tracked() -> Set[int]:
    """Identities of all that the collector tracks, but for what is set aside."""
    return set(map(id, gc.get_objects()))


def _is_as_expected(growth: Grown, operations: int, expected: Expected) -> bool:
    """Return whether one object has grown by a good part of what memory was expected to grow by."""
    return growth.bytes * 3 >= expected.bytes * operations > 0


class _Made:
    """Where what grows is made, seen over some more operations; stable: what has gone on growing, with the places, and
    whether the sample was made in these operations; is_quick: whether there is time for as many again, read line by
    line; is_in_c: see ``survey``."""

    def __init__(self, grown: List[Grown], work: Work, limits: Limits, operations: int, expected: Expected) -> None:
        lengths = [inventory.length(found.container) for found in grown]
        gc.freeze()
        of_workload = tracemalloc.get_traceback_limit() if tracemalloc.is_tracing() else 0
        tracemalloc.stop()
        tracemalloc.start(FRAMES)
        try:
            started, wanted = clock.seconds(), _operations_for(grown, operations, expected)
            self.operations, new = _until_again(list(zip(grown, lengths)), work, limits, wanted, operations)
            self.is_quick = self.operations <= wanted or clock.seconds() - started <= 2 * limits.within
            rare = operations / max(self.operations, 1) * ENOUGH
            goes_on = [(found, sample) for found, sample in new if sample or found.more < rare]
            self.stable = [
                (found._replace(sample=sample or found.sample), _places(sample), bool(sample))
                for found, sample in goes_on
            ]
            self.new = _tracked()
            self.is_in_c = not self.stable and _is_in_c(expected.lines)
        finally:
            tracemalloc.stop()
            if of_workload:
                tracemalloc.start(of_workload)
            gc.unfreeze()


def _until_again(
    grown: Sequence[Tuple[Grown, int]], work: Work, limits: Limits, wanted: int, most: int
) -> Tuple[int, List[Tuple[Grown, List[object]]]]:
    """Carry out operations until what has grown most goes on growing, as many as the first look at most: of what comes
    a thousand objects at once a few operations see nothing. Return how many, and some of what has come of each, which
    had so many entries."""
    done, until = 0, clock.seconds() + LONGER * limits.within
    while True:
        done += _advance(work, wanted, limits.within)
        collection.collect()
        new = [(found, _new(found, was)) for found, was in grown]
        is_again = not new or max(new, key=lambda each: each[0].more)[1]
        if is_again or done >= most or clock.seconds() > until:
            return done, new
        wanted = min(MORE * done, most - done)


def _advance(work: Work, most: int, within: float) -> int:
    """Carry out that many operations, or as many as fit into so many seconds; return how many."""
    return lines.advance(lambda begin, end: work(end - begin), most, within, lambda _: False)


def _operations_for(grown: Sequence[Grown], operations: int, expected: Expected) -> int:
    """Return the operations that make ``WANTED`` of each thing that grew, or of what should have."""
    rate = min([entry.more / operations for entry in grown if entry.more >= ENOUGH] or [expected.rate])
    return max(1, min(operations, round(WANTED / max(rate, 1e-9))))


def _new(entry: Grown, was: int) -> List[object]:
    """Some of what has come since the container was so long, or of what is new of the type."""
    if entry.container is not None:
        growth = inventory.length(entry.container) - was
        return inventory.newest(entry.container, growth) if growth > 0 else []
    kind = type(entry.sample[0])
    made = [item for item in gc.get_objects() if type(item) is kind and _is_theirs(item)]
    return inventory.spread(made, inventory.SAMPLE)


def _is_theirs(item: object) -> bool:
    """Return whether it was made by the operations, as far as is known, and not by the search itself."""
    trace = traces.of(item)
    if trace is None:
        return bool(type(item).__flags__ & traces.UNTRACED) and not holders.is_ours(item)
    return trace[-1].filename not in holders.OUR_FILES and not any(frame.filename == timers.__file__ for frame in trace)


def _places(sample: Sequence[object]) -> List[List[Line]]:
    """Return where some of these were allocated: file and line, innermost first."""
    known_traces = filter(None, map(traces.of, sample))
    return [[(frame.filename, frame.lineno) for frame in reversed(trace)] for trace in known_traces]


def _made_at(places: Sequence[Sequence[Line]], own: Set[Line]) -> Set[Line]:
    return {place for trace in places for place in trace} & own


def _is_in_c(own: Set[Line]) -> bool:
    """Return whether of what was made at these lines, and is still there, next to nothing can be found."""
    gc.unfreeze()
    there = sum(_is_at(trace.traceback, own) for trace in tracemalloc.take_snapshot().traces)
    if there < ENOUGH:
        return False
    known_traces = filter(None, map(traces.of, inventory.everything()))
    return sum(_is_at(trace, own) for trace in known_traces) <= FOUND * there


def _is_at(trace: tracemalloc.Traceback, own: Set[Line]) -> bool:
    return any((frame.filename, frame.lineno) in own for frame in trace)


def _held(made: _Made, operations: int, expected: Expected, heap: holders.Heap) -> List[Tuple[replies.Held, Grown]]:
    """The surest first: what is known to be held, and by the workload's own code before a library's, whose bookkeeping
    follows from it; what was made where memory is known to be kept; entries of a container."""
    held = []
    for grown, places, is_new in made.stable:
        entry, is_told, is_own = _entry(grown, places, operations, is_new, heap)
        elsewhere = not _made_at(places, expected.lines)
        held.append(((not is_told, not is_own, elsewhere, grown.container is None), entry, grown))
    return [(entry, grown) for _, entry, grown in sorted(held, key=lambda item: item[0])]


def _entry(
    grown: Grown, places: List[List[Line]], operations: int, is_new: bool, heap: holders.Heap
) -> Tuple[replies.Held, bool, bool]:
    """Return the entry of a reply, whether its holder is known to the end, and whether that is own code."""
    holder, is_told, is_own = _holder(grown, is_new, heap)
    distinct = {id(item): item for item in grown.sample if item is not None}  # many entries may be one `True`
    names = Counter(type(item).__name__ for item in distinct.values())
    entry: replies.Held = {
        "type": names.most_common(1)[0][0] if names else "NoneType",
        "count": grown.more,
        "bytes": grown.bytes,
        "table": inventory.table(grown.container),
        "size": 0 if grown.container is not None or grown.bytes else type(grown.sample[0]).__basicsize__,
        "operations": operations,
        "places": places,
        "holder": holder,
    }
    return entry, is_told, is_own


def _holder(grown: Grown, is_new: bool, heap: holders.Heap) -> Tuple[Optional[str], bool, bool]:
    """Return what holds it, whether that is known to the end, and whether it is own code.

    Of objects of a type some are asked, from the first to the last: of a chain only the last link has a short way out,
    and a container that is full holds only the last ones. What a collection has just left alive though nothing that the
    collector sees refers to it, C code refers to, unless as many went as came; is_new: whether these were made and
    found since.
    """
    if grown.container is not None or grown.bytes:
        target = grown.sample[0] if grown.bytes else grown.container
        way = holders.way(target, heap, is_container=True)
        return way.told, way.has_end, way.is_own
    ways = [holders.way(item, heap, count=grown.more) for item in inventory.spread(grown.sample, VOTES)]
    ended = Counter(way for way in ways if way.has_end)
    best = max(ended or ways, key=lambda way: (way.is_own, ended[way], way.told is not None, -len(way.told or "")))
    lost = sum(way.is_closed and not way.has_end for way in ways)
    is_lost = lost > sum(ended.values()) and grown.more >= grown.gone
    if not is_lost or not is_new or not gc.isenabled():
        return best.told, best.has_end, best.is_own
    told = next((way.told for way in ways if way.is_closed and way.told and not way.has_end), None)
    return ", held by ".join(filter(None, (told, IN_C))), True, False


def _add_put(held: Sequence[Tuple[replies.Held, Grown]], work: Work, operations: int) -> None:
    """Add the lines that put entries into the container that grows: the entries may have been made long before."""
    known = ((grown.container, entry) for entry, grown in held if grown.container is not None and entry["holder"])
    container, entry = next(known, (None, None))
    if entry is None:
        return

    def window(_: object) -> None:
        work(operations)

    entry["put"] = lines.growing(lambda: counters.Amounts(lambda: inventory.length(container)), [window, window])
    entry["put_operations"] = operations


def _free_cycles(entries: List[replies.Held], types: List[type]) -> None:
    """Say of what a collection frees that only the collector, switched off by the workload, could have freed it."""
    before = _counts(types)
    gc.collect()
    after = _counts(types)
    freed = {kind.__name__ for kind, was, is_ in zip(types, before, after) if was - is_ >= ENOUGH}
    for entry in entries:
        if entry["holder"] is None and entry["type"] in freed:
            entry["holder"] = CYCLE


def _counts(types: List[type]) -> List[int]:
    counts = inventory.of_types(gc.get_objects())
    return [counts[id(kind)] for kind in types]
