"""All that the account of resident memory is made of, read without changing anything.

Source: ``/proc/self/smaps_rollup`` and ``/proc/self/status`` for what is resident, the allocators' own statistics for
what is in use, ``gc`` for its own counts.

Cannot see: where there is no ``/proc``, anything but resident memory as a whole.
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, List

from ..allocators import mappings
from ..probes import elsewhere, heap, pymalloc, resident

if TYPE_CHECKING:
    from .. import replies


def read() -> replies.Figures:
    """Bytes of each kind of memory as it stands."""
    in_blocks, in_arenas = pymalloc.read()
    handed_out, taken = heap.read()
    return {
        "rss": resident.exact(),
        "peak": resident.peak(),
        "anonymous": resident.anonymous(),
        "shared": resident.shared(),
        "elsewhere": elsewhere.read(in_arenas + taken),
        "blocks": in_blocks,
        "arenas": in_arenas,
        "handed_out": handed_out,
        "taken": taken,
        "kept": heap.allocator.kept(),
        "blind": bool(heap.allocator.blind()),
        "children": _of_children(),
        "left": _left(),
    }


def _of_children() -> int:
    """Bytes that the descendants hold, in pages that no other process has; 0 where the system does not tell."""
    try:
        from .. import family
    except (ImportError, OSError):
        return 0
    return sum(each["private"] or 0 for each in family.describe())


def _left() -> int:
    """Bytes of shared memory that the process made, that is still there and that it does not map; 0 where that is not
    watched."""
    try:
        from .. import shared
        from ..probes import shared_memory
    except (ImportError, OSError):
        return 0
    there = list(shared.there(shared_memory.ledger))
    mapped = {name for _, _, _, name in mappings.every()} if there else set()
    return sum(size for _, name, size in there if shared.place(name) not in mapped)


def quick() -> replies.Quick:
    """Return what is read between stretches: resident memory, what is in use and not yet collected, collections so
    far."""
    in_blocks, _ = pymalloc.read()
    handed_out, _ = heap.read()
    return {"rss": resident.rss(), "live_bytes": in_blocks + handed_out, "collections": collections()}


def collections() -> List[int]:
    """Return how often each generation has been collected."""
    return [generation["collections"] for generation in gc.get_stats()]


def settings() -> replies.Settings:
    """Return how the process has set its collector, and how far its generations are from their next collection."""
    return {
        "enabled": gc.isenabled(),
        "collections": collections(),
        "thresholds": list(gc.get_threshold()),
        "counts": list(gc.get_count()),
        "frozen": gc.get_freeze_count(),
        "environment": {name: os.environ[name] for name in ALLOCATOR_VARIABLES if name in os.environ},
    }


# What people set to change how their allocators behave.
ALLOCATOR_VARIABLES = (
    "GLIBC_TUNABLES",
    "LD_PRELOAD",
    "MALLOC_ARENA_MAX",
    "MALLOC_CONF",
    "MALLOC_MMAP_THRESHOLD_",
    "MALLOC_TRIM_THRESHOLD_",
    "PYTHONMALLOC",
)
