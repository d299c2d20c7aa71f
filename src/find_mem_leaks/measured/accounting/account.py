"""The account of a process that has carried out operations hands-off: what it holds, taken apart by doing.

Garbage is told by collecting it, a generation at a time; what the C heap keeps and would give back, by asking it to.
After that the process is no longer as it was deployed: this is the last thing that is done with it. A full collection
empties Python's free lists too, which hold no garbage: how much that is tells a copy of the process.
"""

from __future__ import annotations

import gc
from typing import Any, Dict, List

from ..probes import heap, pymalloc
from . import arenas, copies, figures, objects, trimming

# An object in a cycle may let go of another cycle when it is collected: all is collected again as long as something is
# freed, so often at most.
AGAIN = 3
# Of a process of which no copy could be made.
UNCOUNTED = {"large": None, "waiting": [0, 0], "untouched": 0, "generations": [0, 0, 0], "free_lists": 0}


def begin() -> figures.Figures:
    """What there is before the first operation, without a trace of having looked."""
    stands = figures.read()
    taken = stands["arenas"]
    counted = copies.ask(lambda: {**_untouched(taken), **objects.count(taken), **_free_lists()})
    return {**stands, **figures.settings(), **(counted or UNCOUNTED)}


def end() -> figures.Figures:
    """What there is after the last: as it stands, and what a collection and a trim give back.

    garbage: bytes that collecting each generation sets free; settled: what is read after that; trimmed: resident bytes
    that the C heap gives back, None where it cannot be asked.
    """
    stands, settings = figures.read(), figures.settings()
    in_arenas = copies.ask(lambda: {**_untouched(stands["arenas"]), **_free_lists()})
    in_arenas = in_arenas or {"untouched": 0, "free_lists": 0}
    garbage = _collect()
    garbage[-1] -= in_arenas["free_lists"]
    settled = figures.read()
    trimmed = trimming.trim()
    counted = objects.count(settled["arenas"], collected=True)
    return {**stands, **settings, **counted, **in_arenas, "garbage": garbage, "settled": settled, "trimmed": trimmed}


def _collect() -> List[int]:
    """Bytes set free by collecting each generation, the youngest first."""
    readings = [_live()]
    for generation in range(3):
        found = gc.collect(generation)
        readings.append(_live())
    for _ in range(AGAIN):
        if not found:
            break
        found = gc.collect()
    return [before - after for before, after in zip(readings, [*readings[1:3], _live()])]


def _untouched(taken: int) -> Dict[str, Any]:
    """``untouched``: bytes of Python's arenas, of which so many were taken, that are not resident; only for a copy."""
    return {"untouched": arenas.untouched(taken)}


def _free_lists() -> Dict[str, Any]:
    """``free_lists``: bytes that a full collection sets free though nothing is collected; only for a copy, in which
    all objects stay frozen."""
    gc.freeze()
    before = _live()
    gc.collect()
    return {"free_lists": before - _live()}


def _live() -> int:
    return int(pymalloc.read()[0] + heap.read()[0])
