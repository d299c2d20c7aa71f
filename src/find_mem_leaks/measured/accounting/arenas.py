"""Bytes of Python's arenas that were never written to, so that they are mapped and not resident.

Python's allocator takes an arena of 1 MiB (256 KiB before CPython 3.10) and makes pools of it, from its lowest address
on: mostly the newest has room left. Where an arena does not begin at a multiple of a pool, as much as a pool of it is
never used.

Source: the page map, and the headers of pools, which tell the arena that each belongs to.
"""

from __future__ import annotations

import struct
import sys
from typing import Dict, Iterator, Optional, Tuple

from ..allocators import mappings
from ..settling.opcode_caches import SMALL, UNIT

ARENA, POOL = (1 << 20, 16 << 10) if sys.version_info >= (3, 10) else (256 << 10, 4 << 10)
# Of a pool's header: its arena, the size of its blocks in units, less one, and where its next and its last block begin.
_HEADER = struct.Struct("=IIII")
_OFFSET = 32


def untouched(taken: int) -> int:
    """Bytes that are not resident, of the first ``taken`` bytes of arenas: what came since is not counted.

    For a copy of the process alone: in the process itself, a thread could give back what is being read."""
    if not mappings.can_be_read():
        return 0
    resident: Dict[int, int] = {}
    for begin, end, permissions, name in mappings.every():
        if not name and permissions.startswith("rw"):
            for arena, bytes_ in _pools(begin, end):
                resident[arena] = resident.get(arena, 0) + bytes_
    there = len(resident) * ARENA
    return max(0, min(there, taken) - sum(resident.values()))


def _pools(begin: int, end: int) -> Iterator[Tuple[int, int]]:
    """The arena and the resident bytes of each pool in a mapping."""
    presence = mappings.presence(begin, end)
    first = -begin % POOL // mappings.PAGE
    pages = POOL // mappings.PAGE
    for page in range(first, len(presence), pages):
        if presence[page]:
            arena = _arena(begin + page * mappings.PAGE)
            if arena is not None:
                yield arena, mappings.PAGE * sum(map(bool, presence[page : page + pages]))


def _arena(pool: int) -> Optional[int]:
    """The arena that a pool says it is of; None if this is no pool."""
    import ctypes  # which an interpreter may have been built without

    arena, size, following, last = _HEADER.unpack(ctypes.string_at(pool + _OFFSET, _HEADER.size))
    is_pool = size < SMALL // UNIT and last == POOL - (size + 1) * UNIT and following <= POOL
    return int(arena) if is_pool else None
