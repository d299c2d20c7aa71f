"""Resident bytes of glibc's heaps: the main one and those of its arenas.

Source: ``/proc/self/maps`` for where they lie (the main one is called ``[heap]``, that of an arena begins at a multiple
of 64 MiB and has the rest of those 64 MiB reserved behind it), ``/proc/self/pagemap`` for which pages are resident.

Cannot see: a second main heap beside an obstacle; blocks that are mapped one by one.
"""

from __future__ import annotations

import os
from typing import Iterator, List, Optional, Tuple

# HEAP_MAX_SIZE of glibc on 64 bits.
HEAP = 64 << 20
_MAPS = "/proc/self/maps"
_PAGEMAP = "/proc/self/pagemap"
_PAGE = os.sysconf("SC_PAGE_SIZE")
# Bytes of an entry of the page map, and the bit of its last byte that says that the page is present.
_ENTRY = 8
_PRESENT = 0x80

Mapping = Tuple[int, int, str, str]


def resident() -> Optional[int]:
    """None where the system does not tell."""
    if not os.access(_PAGEMAP, os.R_OK):
        return None
    return sum(_present(begin, end) for begin, end in _heaps(_mappings()))


def _mappings() -> List[Mapping]:
    """Begin, end, permissions and name of each mapping."""
    found = []
    with open(_MAPS) as file:
        for line in file:
            parts = line.split(None, 5)
            begin, end = (int(each, 16) for each in parts[0].split("-"))
            found.append((begin, end, parts[1], parts[5].strip() if len(parts) > 5 else ""))
    return found


def _heaps(mappings: List[Mapping]) -> Iterator[Tuple[int, int]]:
    for (begin, end, permissions, name), behind in zip(mappings, [*mappings[1:], (0, 0, "", "")]):
        if name == "[heap]":
            yield begin, end
        elif not name and permissions.startswith("rw"):
            # Mappings without a gap between them are told as one: the heap is the last of it.
            heap = (end - 1) // HEAP * HEAP
            reserved = behind[2].startswith("---") and behind[0] == end and behind[1] == heap + HEAP
            if heap >= begin and reserved:
                yield heap, end


def _present(begin: int, end: int) -> int:
    """Resident bytes of a range."""
    with open(_PAGEMAP, "rb", buffering=0) as file:
        file.seek(begin // _PAGE * _ENTRY)
        entries = file.read((end - begin) // _PAGE * _ENTRY)
    return int(sum(entry & _PRESENT != 0 for entry in entries[_ENTRY - 1 :: _ENTRY])) * _PAGE
