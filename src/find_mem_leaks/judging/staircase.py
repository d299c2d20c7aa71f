"""Growth by jumps alone: a table that is made so many times as large whenever it is full, and level in between.

The rate between two jumps is zero and half of the horizon may lie between them, so no slope tells such a leak from a
cache that has filled. What tells it is the order of its jumps: each is larger than the one before by the same factor
by which it came later. A table that has stopped growing is overdue for its next jump. Pure functions of a series.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# A jump is at least this share of the whole rise: of a table that quadruples the last three are, of one that doubles
# the last five. Together they are nearly all of the rise.
JUMP = 1 / 40
JUMPS = 0.9
# Fewer jumps are no order.
FEWEST = 3
# By how much tables are made larger at once, and how far the factors of sizes and of operations may lie apart.
FACTORS = (1.3, 5.0)
APART = 1.25
# A rise that is too small to be a table's.
LEAST = 32_768


@dataclass(frozen=True)
class Staircase:
    """jumps: the operations, since the cell began, by which each was seen; seen: all of them; factor: by how much the
    last was larger than the one before; taken: bytes that the last of them took, per operation between them."""

    jumps: tuple[int, ...]
    seen: int
    factor: float
    taken: float

    @property
    def rate(self) -> float:
        """Bytes per operation: between what is taken, right after a jump, and what is needed, right before one."""
        return self.taken / math.sqrt(self.factor)

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which the rate lies wherever the run ended."""
        return self.taken / self.factor / APART, self.taken * APART


def lasting(readings: Array) -> Array:
    """Of each reading what is never given back: the least of it and all later ones."""
    return np.minimum.accumulate(readings[::-1])[::-1]


def climb(operations: Array, readings: Array) -> Staircase | None:
    """The staircase that readings of memory go up, None where they don't or where its next jump is overdue."""
    kept = lasting(readings)
    rises, rise = np.diff(kept), float(kept[-1] - kept[0])
    if rise < LEAST:
        return None
    places = np.flatnonzero(rises >= JUMP * rise)
    sizes, at = rises[places], operations[1:][places]
    if len(places) < FEWEST or sizes.sum() < JUMPS * rise or not _in_order(sizes[-FEWEST:], at[-FEWEST:]):
        return None
    factor = float(sizes[-1] / sizes[-2])
    if operations[-1] > APART * factor * at[-1]:
        return None
    sizes, at = sizes[-FEWEST:], at[-FEWEST:]
    taken = float(sizes[1:].sum() / (at[-1] - at[0]))
    return Staircase(tuple(map(int, at)), int(operations[-1]), factor, taken)


def _in_order(sizes: Array, operations: Array) -> bool:
    """Whether each jump is as many times as large as the one before as it came later."""
    larger, later = sizes[1:] / sizes[:-1], operations[1:] / operations[:-1]
    least, most = FACTORS
    return bool(np.all((least < larger) & (larger < most) & (larger < APART * later) & (later < APART * larger)))
