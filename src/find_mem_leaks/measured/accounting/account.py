"""The account of a process that has carried out operations hands-off: what it holds, taken apart by doing.

Garbage is told by collecting it, a generation at a time; what the C heap keeps and would give back, by asking it to.
After that the process is no longer as it was deployed: this is the last thing that is done with it. A full collection
empties Python's free lists too, which hold no garbage: how much that is tells a copy of the process.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, List, Tuple

from ..probes import heap, pymalloc
from . import arenas, copies, figures, objects, trimming

if TYPE_CHECKING:
    from .. import replies

    class Copied(replies.Objects, replies.Hidden):
        """What only a copy of the process is asked for."""

        generations: List[int]


# An object in a cycle may let go of another cycle when it is collected: all is collected again as long as something is
# freed, so often at most.
AGAIN = 3
# Of a process of which no copy could be made.
NOT_HIDDEN: replies.Hidden = {"untouched": 0, "free_lists": 0}
UNCOUNTED: Copied = {"large": None, "waiting": [0, 0], "unreachable": None, "generations": [0, 0, 0], **NOT_HIDDEN}


def begin() -> replies.Account:
    """Return what there is before the first operation, without a trace of having looked."""
    stands = figures.read()
    taken = stands["arenas"]
    counted = copies.ask(lambda: _copied(taken), UNCOUNTED)
    return {**stands, **figures.settings(), **counted}


def end() -> replies.AccountAtEnd:
    """Return what there is after the last: as it stands, and what a collection and a trim give back.

    garbage: bytes that collecting each generation sets free; collected: how many objects; settled: what is read after
    that; trimmed: resident bytes that the C heap gives back, None where it cannot be asked.
    """
    stands, settings = figures.read(), figures.settings()
    hidden = copies.ask(lambda: _hidden(stands["arenas"]), NOT_HIDDEN)
    generations = objects.generations()
    garbage, collected = _collect()
    garbage[-1] -= hidden["free_lists"]
    settled = figures.read()
    trimmed = trimming.trim()
    counted = objects.count(settled["arenas"], collected=True)
    return {
        **stands,
        **settings,
        **counted,
        **hidden,
        "generations": generations,
        "garbage": garbage,
        "collected": collected,
        "settled": settled,
        "trimmed": trimmed,
    }


def _collect() -> Tuple[List[int], List[int]]:
    """Bytes and objects set free by collecting each generation, the youngest first."""
    readings, objects = [_live()], []
    for generation in range(3):
        objects.append(gc.collect(generation))
        readings.append(_live())
    more = objects[-1]
    for _ in range(AGAIN):
        if not more:
            break
        more = gc.collect()
        objects[-1] += more
    return [before - after for before, after in zip(readings, [*readings[1:3], _live()])], objects


def _copied(taken: int) -> Copied:
    """Return what a copy tells before the first operation; bytes of arenas that are not resident come before all that
    makes objects, and free lists last."""
    untouched = arenas.untouched(taken)
    generations = objects.generations()
    return {"untouched": untouched, "generations": generations, **objects.count(taken), "free_lists": _free_lists()}


def _hidden(taken: int) -> replies.Hidden:
    """Return what a copy tells after the last: of Python's arenas, of which so many bytes were taken, those not
    resident."""
    return {"untouched": arenas.untouched(taken), "free_lists": _free_lists()}


def _free_lists() -> int:
    """Bytes that a full collection sets free though nothing is collected; only for a copy, in which all objects stay
    frozen."""
    gc.freeze()
    before = _live()
    gc.collect()
    return before - _live()


def _live() -> int:
    return int(pymalloc.read()[0] + heap.read()[0])
