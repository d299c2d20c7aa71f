"""What holds what the culprits allocate: the reply to ``survey``, matched with the lines that allocate.

An entry belongs to a culprit if what it counts was made at the culprit's line. Objects that were made anew in memory
from a free list are of no line: what grows about as fast as the cell did then stands for all culprits. Pure functions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.explaining.ranking import FEWEST, MOST_LINES, alike

# The share of a container's growth, or the other way round, that a line must add to be the one that puts entries in.
PUT = 0.5
# What grows without being known to be made by a culprit is what it keeps from this share of the rate on: of blocks, as
# one object may have many; of bytes, which containers are made ahead of; of things that are counted one by one.
OF_BLOCKS, OF_BYTES, OF_THINGS = 0.01, 0.3, 0.3
# How often something should have grown with a culprit where it is said that nothing does; what never does.
OFTEN = 10
RARE = 1e-6
IN_C = "C code: no Python object grows with it"
IN_SYSTEM = "the operating system: no Python object grows with it"


@dataclass(frozen=True)
class Growth:
    """What the cell grew by per operation.

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


def held(culprits: Sequence[Culprit], found: dict[str, Any], growth: Growth) -> tuple[Culprit, ...]:
    """The culprits with what holds what they allocate, and the line that puts it there, where that is another."""
    fitting = sorted((entry for entry in found["held"] if _fits(entry, growth)), key=lambda entry: not entry["bytes"])
    otherwise = found["otherwise"]
    is_seen = found["operations"] >= operations(culprits[0])
    if not fitting and not otherwise and not growth.objects and is_seen:
        otherwise = IN_SYSTEM if growth.things else IN_C
    lines = {(culprit.frame.file, culprit.frame.line) for culprit in culprits}
    unplaced = [entry for entry in fitting if entry["holder"] and not _is_made_at_any(entry, lines)]
    told = tuple(_held(culprit, found["held"], growth, unplaced, otherwise) for culprit in culprits)
    return _with_put(_with_first(told, fitting), found["held"])


def _with_first(culprits: tuple[Culprit, ...], fitting: Sequence[dict[str, Any]]) -> tuple[Culprit, ...]:
    """With the surest holder for the likeliest culprit, if none is known: its objects may be parts of what was made at
    another line. Of which type they are is then not told."""
    first, *others = culprits
    if first.holder is not None:
        return culprits
    holder = next((entry["holder"] for entry in fitting if entry["holder"]), None)
    return (replace(first, holder=holder), *others)


def operations(culprit: Culprit) -> int:
    """How many it takes to see what grows with a culprit: what one object grows by is seen over any."""
    return round(OFTEN / culprit.allocations) if culprit.allocations > RARE else 0


def _fits(entry: dict[str, Any], growth: Growth) -> bool:
    operations = entry["operations"]
    if entry["bytes"]:
        return not growth.things and bool(entry["bytes"] >= OF_BYTES * growth.bytes * operations > 0)
    share = OF_THINGS if growth.things else OF_BLOCKS
    return bool(entry["count"] >= max(FEWEST, share * growth.events * operations))


def _held(
    culprit: Culprit,
    entries: Sequence[dict[str, Any]],
    growth: Growth,
    unplaced: Sequence[dict[str, Any]],
    otherwise: str | None,
) -> Culprit:
    """By what is made there, then by what is put there, then by what is not known to be made at another's line."""
    made_there = [entry for entry in entries if _is_made_at(entry, culprit.frame)]
    made_there.sort(key=lambda entry: not _fits(entry, growth))
    matching = made_there or [entry for entry in entries if _is_put_at(entry, culprit.frame)] or unplaced
    best = next((entry for entry in matching if entry["holder"]), matching[0] if matching else None)
    if best is None or (otherwise and not best["holder"]):
        return replace(culprit, holder=otherwise)
    return replace(culprit, type=culprit.type or best["type"], holder=best["holder"])


def _is_made_at(entry: dict[str, Any], frame: Frame) -> bool:
    return any([frame.file, frame.line] in trace for trace in entry["places"])


def _is_made_at_any(entry: dict[str, Any], lines: Collection[tuple[str, int]]) -> bool:
    return any((file, line) in lines for trace in entry["places"] for file, line in trace)


def _is_put_at(entry: dict[str, Any], frame: Frame) -> bool:
    return any(record["stack"][0][1:] == [frame.file, frame.line] for record in entry.get("put", ()))


def _with_put(culprits: tuple[Culprit, ...], entries: Sequence[dict[str, Any]]) -> tuple[Culprit, ...]:
    """With the line that puts entries into the container that grows, where no culprit is on the way to it.

    What is kept may have been allocated long before: CPython reuses floats and frames, a program its own objects.
    """
    entry = next((entry for entry in entries if entry.get("put")), None)
    if entry is None:
        return culprits
    found = alike(entry["put"], entry["put_operations"], entry["count"] / entry["operations"], PUT)
    known = {(frame.file, frame.line) for culprit in culprits[:MOST_LINES] for frame in culprit.stack}
    if not found or (found[0].stack[0].file, found[0].stack[0].line) in known:
        return culprits
    put = Culprit(found[0].stack, found[0].bytes, 0.0, entry["type"], entry["holder"])
    return (*culprits[: MOST_LINES - 1], put, *culprits[MOST_LINES - 1 :])
