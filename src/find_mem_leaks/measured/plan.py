"""The plan: the seeded, repeatable order of operations that a round carries out."""

from __future__ import annotations

import random
from typing import List, MutableSequence, Sequence

CREATE, READ, UPDATE, DELETE = range(4)
KINDS = ("create", "read", "update", "delete")
# Reads and updates step through the rows by this prime, so that they touch all of them without keeping a list.
STRIDE = 7919


def counts(mix: Sequence[float], operations: int) -> List[int]:
    """Share ``operations`` among the four kinds as ``mix`` says, by largest remainder, so that the sum is exact.

    ``mix`` holds four non-negative weights (create, read, update, delete) with a sum above zero.
    """
    total = sum(mix)
    shares = [operations * weight / total for weight in mix]
    whole = [int(share) for share in shares]
    by_remainder = sorted(range(len(mix)), key=lambda kind: (whole[kind] - shares[kind], kind))
    for kind in by_remainder[: operations - sum(whole)]:
        whole[kind] += 1
    return whole


def fill(buffer: MutableSequence[int], mix: Sequence[float], operations: int, seed: str) -> List[int]:
    """Write a round's plan over the first ``operations`` entries of ``buffer``, a kind each; return the counts.

    The buffer is the caller's and keeps its size: a plan that was allocated anew for each round would itself show
    up in the live bytes.
    """
    shares = counts(mix, operations)
    start = 0
    for kind, share in enumerate(shares):
        for position in range(start, start + share):
            buffer[position] = kind
        start += share
    _shuffle(buffer, operations, random.Random(seed))
    return shares


def _shuffle(buffer: MutableSequence[int], length: int, rng: random.Random) -> None:
    """Fisher-Yates over the first ``length`` entries, in place."""
    draw = rng.random
    for last in range(length - 1, 0, -1):
        other = int(draw() * (last + 1))
        buffer[last], buffer[other] = buffer[other], buffer[last]
