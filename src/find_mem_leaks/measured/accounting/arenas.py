"""Bytes of Python's arenas that were never written to, so that they are mapped and not resident.

Python's allocator takes an arena of 1 MiB (256 KiB before CPython 3.10) and uses it from one end on: mostly the newest
has such a part. The system maps the newest right below the one before, so that arenas are told from where such a
mapping begins.

Source: the mappings that small objects lie in, and their page map.

Cannot see: where an arena begins if another mapping lies below it.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from typing import Iterable, List, Tuple

from ..allocators import mappings

ARENA = (1 << 20) if sys.version_info >= (3, 10) else (256 << 10)

# First page, and of each stretch as long as an arena the bytes that are not resident.
Mapped = Tuple[int, List[int]]


def mapped() -> List[Mapped]:
    """The mappings that may hold arenas; none where the system does not tell."""
    if not mappings.can_be_read():
        return []
    return [
        (begin // mappings.PAGE, [ARENA - mappings.resident(at, at + ARENA) for at in _stretches(begin, end)])
        for begin, end, permissions, name in mappings.every()
        if not name and permissions.startswith("rw")
    ]


def _stretches(begin: int, end: int) -> Iterable[int]:
    return range(begin, end - ARENA + 1, ARENA)


def untouched(before: Iterable[Mapped], pages: Iterable[int]) -> int:
    """Bytes of ``before`` that were not resident, in stretches that these pages of small objects lie in."""
    known = sorted(pages)
    bytes_ = 0
    for first, stretches in before:
        for number, missing in enumerate(stretches):
            begin = first + number * ARENA // mappings.PAGE
            place = bisect_left(known, begin)
            if place < len(known) and known[place] < begin + ARENA // mappings.PAGE:
                bytes_ += missing
    return bytes_
