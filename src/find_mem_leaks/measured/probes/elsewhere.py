"""Memory that no allocator counts: what the process has mapped beyond what pymalloc and the C heap have taken.

Source: the first field of ``/proc/self/statm`` (all that is mapped), less the arenas of ``pymalloc`` and ``heap``.

Cannot see: whether a mapped page was ever touched. A mapping that grows and resident memory that grows with it are a
leak that no count of live bytes shows; either alone is none (a reserved stack, a buffer that is being filled).
"""

from __future__ import annotations

import os

from ..kept_open import statm

_PAGE = os.sysconf("SC_PAGE_SIZE")
_HAS_STATM = os.path.exists("/proc/self/statm")


def read(taken_by_allocators: int) -> int:
    """Bytes mapped beyond ``taken_by_allocators``; 0 where the system does not tell."""
    if not _HAS_STATM:
        return 0
    return int(statm.read().split(None, 1)[0]) * _PAGE - taken_by_allocators
