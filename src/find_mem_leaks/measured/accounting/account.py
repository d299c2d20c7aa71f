"""The account of a process that has carried out operations hands-off: what it holds, taken apart by doing.

Garbage is told by collecting it, a generation at a time; what the C heap keeps and would give back, by asking it to.
After that the process is no longer as it was deployed: this is the last thing that is done with it.
"""

from __future__ import annotations

import gc
from typing import List

from ..probes import heap, pymalloc
from . import figures, objects, trimming

# An object in a cycle may let go of another cycle when it is collected: so often at most all is collected again.
AGAIN = 3


def begin() -> figures.Figures:
    """What there is before the first operation, without a trace of having looked."""
    found = figures.read()
    return {**found, **figures.settings(), **objects.count_in_a_copy(found["arenas"])}


def end() -> figures.Figures:
    """What there is after the last: as it stands, and what a collection and a trim give back.

    garbage: bytes that collecting each generation sets free; settled: what is read after that; trimmed: resident bytes
    that the C heap gives back, None where it cannot be asked.
    """
    stands, settings = figures.read(), figures.settings()
    garbage = _collect()
    settled = figures.read()
    trimmed = trimming.trim()
    counted = objects.count(settled["arenas"])
    return {**stands, **settings, **counted, "garbage": garbage, "settled": settled, "trimmed": trimmed}


def _collect() -> List[int]:
    """Bytes set free by collecting each generation, the youngest first."""
    freed = []
    before = _live()
    for generation in (*range(3), *[2] * AGAIN):
        gc.collect(generation)
        after = _live()
        freed.append(before - after)
        before = after
    return [*freed[:2], sum(freed[2:])]


def _live() -> int:
    return int(pymalloc.read()[0] + heap.read()[0])
