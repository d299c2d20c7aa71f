"""What the process has mapped, and which pages of it are resident.

Source: ``/proc/self/maps`` and ``/proc/self/pagemap``.
"""

from __future__ import annotations

import os
from typing import List, Tuple

_MAPS = "/proc/self/maps"
_PAGEMAP = "/proc/self/pagemap"
PAGE = os.sysconf("SC_PAGE_SIZE")
# Bytes of an entry of the page map, and the bit of its last byte that says that the page is present.
_ENTRY = 8
_PRESENT = 0x80
_ONLY_PRESENT = bytes(entry & _PRESENT for entry in range(256))

Mapping = Tuple[int, int, str, str]


def can_be_read() -> bool:
    """Return whether the system tells."""
    return os.access(_PAGEMAP, os.R_OK)


def every() -> List[Mapping]:
    """Begin, end, permissions and name of each mapping; the name is empty where no file is behind it."""
    mapped = []
    with open(_MAPS, encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            parts = line.split(None, 5)
            begin, end = (int(each, 16) for each in parts[0].split("-"))
            mapped.append((begin, end, parts[1], parts[5].strip() if len(parts) > 5 else ""))
    return mapped


def presence(begin: int, end: int) -> bytes:
    """For each page of a range, not 0 if it is resident."""
    with open(_PAGEMAP, "rb", buffering=0) as file:
        file.seek(begin // PAGE * _ENTRY)
        entries = file.read((end - begin) // PAGE * _ENTRY)
    return entries[_ENTRY - 1 :: _ENTRY].translate(_ONLY_PRESENT)


def resident(begin: int, end: int) -> int:
    """Resident bytes of a range."""
    return presence(begin, end).count(_PRESENT) * PAGE
