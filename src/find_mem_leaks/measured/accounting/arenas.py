"""Bytes of Python's arenas that were never written to, so that they are mapped and not resident.

Python's allocator takes an arena of 1 MiB (256 KiB before CPython 3.10) and uses it from one end on: at most the newest
has such a part.

Source: the mappings that small objects lie in, and their page map.

Cannot see: where an arena begins, so that another mapping right beside it may be taken for a part of it; never more is
told than one arena.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from typing import Iterable, List, Tuple

from ..allocators import mappings

ARENA = (1 << 20) if sys.version_info >= (3, 10) else (256 << 10)

# First page, the one after the last, bytes that are not resident.
Mapped = Tuple[int, int, int]


def mapped() -> List[Mapped]:
    """The mappings that may hold arenas; none where the system does not tell."""
    if not mappings.can_be_read():
        return []
    return [
        (begin // mappings.PAGE, end // mappings.PAGE, end - begin - mappings.resident(begin, end))
        for begin, end, permissions, name in mappings.every()
        if not name and permissions.startswith("rw")
    ]


def untouched(before: Iterable[Mapped], pages: Iterable[int]) -> int:
    """Bytes of ``before`` that were not resident, in mappings that these pages of small objects lie in."""
    known = sorted(pages)
    bytes_ = 0
    for begin, end, missing in before:
        place = bisect_left(known, begin)
        if place < len(known) and known[place] < end:
            bytes_ += missing
    return min(bytes_, ARENA)
