"""Holders of what the culprits allocate: the reply to ``survey``, matched with the lines that allocate.

An entry belongs to a culprit if what it counts was made at the culprit's line. Objects that were made anew in memory
from a free list are of no line: what grows about as fast as the cell did then stands for all culprits. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.explaining.ranking import FEWEST, MOST_LINES, alike, is_own, own_bytes
from find_mem_leaks.measured import replies

# The share of a container's growth, or the other way round, that a line must add to be the one that puts entries in.
PUT = 0.5
# Shares of the cell's rate from which growth counts as the culprit's though no line is known to have made it: of blocks
# (one object may have many), of bytes (containers take memory ahead of their entries), of things that are counted.
OF_BLOCKS, OF_BYTES, OF_THINGS = 0.01, 0.3, 0.3
# Bytes of the smallest block; how many times as many objects of a type may have come as the blocks of a line have room
# for, since both are counted over other operations.
SMALLEST, ROOM = 16, 2
# What comes with nearly every operation may have any number of blocks: a connection has hundreds.
EACH = 0.9
# How often something should have grown with a culprit where it is said that nothing does; what never does.
OFTEN = 10
RARE = 1e-6
# Files of CPython's source that hold its own types.
OWN_TYPES = re.compile(r"(^|/)Objects/\w+\.c$")
IN_C = "C code, by no Python object"
IN_SYSTEM = "the operating system, by no Python object"


@dataclass(frozen=True)
class Growth:
    """The growth of the cell per operation.

    Attributes:
        events: blocks, things, or what stands for them.
        bytes: bytes.
        things: whether the events are things that a probe counts, such as threads.
        objects: whether Python's blocks grew.
    """

    events: float
    bytes: float
    things: bool
    objects: bool


def with_holders(culprits: Sequence[Culprit], survey: replies.Survey, growth: Growth) -> tuple[Culprit, ...]:
    """The culprits with what holds what they allocate, and the line that puts it there, where that is another."""
    growth = _as_rare_as(culprits[0], growth)
    often = [entry for entry in survey["held"] if not _is_too_rare(entry, culprits[0])]
    entries = [entry for entry in often if not growth.objects or _has_room(entry, culprits)]
    fitting = sorted((entry for entry in entries if _fits(entry, growth)), key=lambda entry: not entry["bytes"])
    otherwise = survey["otherwise"]
    is_seen = survey["operations"] >= operations(culprits[0]) and not _is_of_objects(culprits, growth)
    if not fitting and not otherwise and not growth.objects and is_seen:
        otherwise = IN_C
    if otherwise and growth.things:
        otherwise = IN_SYSTEM
    lines = {(culprit.frame.file, culprit.frame.line) for culprit in culprits}
    unplaced = [entry for entry in fitting if entry["holder"] and not _is_made_at_any(entry, lines)]
    with_holders = tuple(_with_holder(culprit, entries, growth, unplaced, otherwise) for culprit in culprits)
    with_put = _with_put(_with_first(with_holders, fitting), entries, growth)
    return _with_table(with_put, entries, growth.bytes)


def _is_too_rare(entry: replies.Held, culprit: Culprit) -> bool:
    """Return whether next to none came while the culprit allocated often: a list that a library makes anew now and then
    is made at the same line."""
    return not entry["bytes"] and entry["count"] < FEWEST and culprit.allocations * entry["operations"] >= OFTEN


def _has_room(entry: replies.Held, culprits: Sequence[Culprit]) -> bool:
    """Return whether objects of a type, as many as came, can be among the blocks that the culprits allocate: none that
    takes 40 bytes is among blocks of 16. A few may always come while a workload settles in."""
    bytes_, blocks = sum(each.bytes for each in culprits), sum(each.allocations for each in culprits)
    if not (entry["size"] > SMALLEST and bytes_ and blocks):
        return True
    most = max(bytes_ - SMALLEST * blocks, 0) / (entry["size"] - SMALLEST)
    return bool(entry["count"] <= ROOM * most * entry["operations"])


def _as_rare_as(culprit: Culprit, growth: Growth) -> Growth:
    """The growth with no more events than the culprit allocates by, where they are only taken for bytes: an object may
    be as large as a megabyte."""
    if growth.objects or growth.things or culprit.allocations <= RARE:
        return growth
    return replace(growth, events=min(growth.events, culprit.allocations * OF_BYTES / OF_BLOCKS))


def _is_of_objects(culprits: Sequence[Culprit], growth: Growth) -> bool:
    """Return whether a good part of the growth may be buffers of objects, which the code of Python's own types has
    allocated: the texts of a cache of statements are not what a database in memory grows by."""
    of_objects = sum(culprit.bytes for culprit in culprits if OWN_TYPES.search(culprit.frame.file))
    return of_objects > 0 and of_objects >= OF_BYTES * growth.bytes


def _with_first(culprits: tuple[Culprit, ...], fitting: Sequence[replies.Held]) -> tuple[Culprit, ...]:
    """Return the culprits, the likeliest with the surest holder if it has none: its objects may be parts of what was
    made at another line, so that their type is not known."""
    first, *others = culprits
    if first.holder is not None:
        return culprits
    holder = next((entry["holder"] for entry in fitting if entry["holder"]), None)
    return (replace(first, holder=holder), *others)


def operations(culprit: Culprit) -> int:
    """Return how many it takes to see what grows with a culprit: what one object grows by is seen over any."""
    return round(OFTEN / culprit.allocations) if culprit.allocations > RARE else 0


def _fits(entry: replies.Held, growth: Growth) -> bool:
    operations = entry["operations"]
    if entry["bytes"]:
        return not growth.things and bool(entry["bytes"] >= OF_BYTES * growth.bytes * operations > 0)
    needed = OF_THINGS * growth.events if growth.things else min(OF_BLOCKS * growth.events, EACH)
    return bool(entry["count"] >= max(FEWEST, needed * operations))


def _with_holder(
    culprit: Culprit,
    entries: Sequence[replies.Held],
    growth: Growth,
    unplaced: Sequence[replies.Held],
    otherwise: str | None,
) -> Culprit:
    """Return the culprit with its holder: that of what is made at its line, else of what is put into a container there,
    else of what is not known to be made at another line."""
    made_there = [entry for entry in entries if _is_made_at(entry, culprit.frame)]
    made_there.sort(key=lambda entry: not _fits(entry, growth))
    matching = made_there or [entry for entry in entries if _is_put_at(entry, culprit.frame)] or unplaced
    best = next((entry for entry in matching if entry["holder"]), matching[0] if matching else None)
    if best is None or (otherwise and not best["holder"]):
        return replace(culprit, holder=otherwise)
    is_its = best not in unplaced or _may_be_of(best, culprit)
    return replace(culprit, type=culprit.type or (best["type"] if is_its else None), holder=best["holder"])


def _may_be_of(entry: replies.Held, culprit: Culprit) -> bool:
    """Return whether objects as large as these may be what a culprit allocates, by the mean of its blocks."""
    return entry["size"] * culprit.allocations <= culprit.bytes + SMALLEST * culprit.allocations


def _is_made_at(entry: replies.Held, frame: Frame) -> bool:
    return _is_made_at_any(entry, {(frame.file, frame.line)})


def _is_made_by_others(entry: replies.Held, culprits: Sequence[Culprit]) -> bool:
    """Return whether it is known where it is made, and that is at no own line that allocates what stays."""
    return bool(entry["places"]) and not any(_is_made_at(entry, each.frame) for each in culprits if is_own(each.frame))


def _is_made_at_any(entry: replies.Held, lines: Collection[tuple[str, int]]) -> bool:
    return any((file, line) in lines for trace in entry["places"] for file, line in trace)


def _is_put_at(entry: replies.Held, frame: Frame) -> bool:
    return any(tuple(record["stack"][0][1:]) == (frame.file, frame.line) for record in entry.get("put", ()))


def _with_put(culprits: tuple[Culprit, ...], entries: Sequence[replies.Held], growth: Growth) -> tuple[Culprit, ...]:
    """Return the culprits and the line that puts entries into the container that grows, unless one is on the way to it.

    What is kept may have been allocated long before: CPython reuses floats and frames, a program its own objects. Where
    that was made anew at the line itself, the likeliest only filled the memory that it is in, and the line comes first.
    So it does where no own line has made what is kept, as requests are made by servers: all that no own line allocates
    is then kept by it.
    """
    entry = next((entry for entry in entries if entry.get("put")), None)
    if entry is None:
        return culprits
    putting = alike(entry["put"], entry["put_operations"], entry["count"] / entry["operations"], PUT)
    if not putting or _is_on_the_way(putting[0].stack[0], culprits[:1]):
        return culprits
    put = Culprit(putting[0].stack, putting[0].bytes, 0.0, entry["type"], entry["holder"])
    own = next((each for each in culprits if _is_at(each.frame, put.frame)), put)
    first, *others = (each for each in culprits if each is not own)
    # A line that allocates what it puts there leaves what others allocate to them.
    is_filled = own is put or own.allocations < PUT * entry["count"] / entry["operations"]
    is_elsewhere = any(_is_made_at(entry, each.frame) for each in (first, *others))
    if is_filled and _is_made_at(entry, put.frame) and not is_elsewhere:
        allocations = max(own.allocations, first.allocations)
        return (replace(own, allocations=allocations, bytes=own.bytes + first.bytes), *others)
    if _is_made_by_others(entry, culprits) and _fits(entry, growth):
        others = [each for each in culprits if each is not own]
        bytes_left = max(own.bytes, growth.bytes - sum(each.bytes for each in others if is_own(each.frame)))
        return (replace(put, allocations=own.allocations, bytes=bytes_left), *others)
    if _is_on_the_way(put.frame, culprits[:MOST_LINES]):
        return culprits
    return (*culprits[: MOST_LINES - 1], put, *culprits[MOST_LINES - 1 :])


def _is_on_the_way(frame: Frame, culprits: Sequence[Culprit]) -> bool:
    return any(_is_at(frame, each) for culprit in culprits for each in culprit.stack)


def _is_at(frame: Frame, other: Frame) -> bool:
    return (frame.file, frame.line) == (other.file, other.line)


def _with_table(culprits: tuple[Culprit, ...], entries: Sequence[replies.Held], growth: float) -> tuple[Culprit, ...]:
    """Return the culprits with the bytes that the container itself takes for its entries, as far as the growth lacks
    them: a table is made larger so rarely that a window need not see it."""
    entry = next((entry for entry in entries if entry.get("put")), None)
    missing = growth - own_bytes(culprits)
    keeper = next((each for each in culprits if entry and each.bytes and each.holder == entry["holder"]), None)
    if entry is None or keeper is None or missing <= 0:
        return culprits
    taken = min(missing, entry["table"] * entry["count"] / entry["operations"])
    return tuple(replace(each, bytes=each.bytes + taken) if each is keeper else each for each in culprits)
