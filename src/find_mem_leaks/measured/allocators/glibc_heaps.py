"""Resident bytes of glibc's heaps: the main one and those of its arenas.

Source: ``mappings``: the main one is called ``[heap]``, that of an arena begins at a multiple of 64 MiB and has the
rest of those 64 MiB reserved behind it.

Cannot see: a second main heap beside an obstacle; blocks that are mapped one by one.
"""

from __future__ import annotations

from typing import Iterator, List, Optional, Tuple

from . import mappings

# HEAP_MAX_SIZE of glibc on 64 bits.
HEAP = 64 << 20


def kept(in_use: int, free: int) -> int:
    """Resident bytes that are not in use; all that is free where the system does not tell what is resident."""
    bytes_ = resident()
    return free if bytes_ is None else bytes_ - in_use


def resident() -> Optional[int]:
    """Return the resident bytes of all heaps; None where the system does not tell."""
    if not mappings.can_be_read():
        return None
    return sum(mappings.resident(begin, end) for begin, end in _heaps(mappings.every()))


def _heaps(mapped: List[mappings.Mapping]) -> Iterator[Tuple[int, int]]:
    for (begin, end, permissions, name), behind in zip(mapped, [*mapped[1:], (0, 0, "", "")]):
        if name == "[heap]":
            yield begin, end
        elif not name and permissions.startswith("rw"):
            # Mappings without a gap between them are told as one: the heap is the last of it.
            heap = (end - 1) // HEAP * HEAP
            reserved = behind[2].startswith("---") and behind[0] == end and behind[1] == heap + HEAP
            if heap >= begin and reserved:
                yield heap, end
