"""What the C heap has handed out, and what it has taken from the system: glibc's ``mallinfo2``, over all arenas.

Source: ``mallinfo2`` through ctypes, else ``psutil.heap_info()``, which does not tell what was taken.

Cannot see: small Python objects (see ``pymalloc``; that allocator maps its arenas itself), memory that a library
maps itself, and what another malloc (jemalloc, tcmalloc) hands out. Blocks in a thread's cache count as in use.
"""

from __future__ import annotations

from typing import Any, Callable, Optional, Tuple

Reading = Tuple[int, int]


def in_heaps() -> Optional[int]:
    """Bytes handed out in the heaps proper, without blocks that are mapped one by one; None if that is not told."""
    try:
        return int(_mallinfo2()().uordblks)
    except (ImportError, AttributeError, OSError):
        return None


def _mallinfo2() -> Any:
    import ctypes

    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()

    class Mallinfo2(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in names]

    mallinfo2: Any = ctypes.CDLL(None).mallinfo2
    mallinfo2.restype = Mallinfo2
    return mallinfo2


def _by_ctypes() -> Callable[[], Reading]:
    mallinfo2 = _mallinfo2()

    def read() -> Reading:
        info = mallinfo2()
        return int(info.uordblks + info.hblkhd), int(info.arena + info.hblkhd)

    return read


def _by_psutil() -> Callable[[], Reading]:
    import psutil

    info = psutil.heap_info
    info()

    def read() -> Reading:
        heap = info()
        return int(heap.heap_used + heap.mmap_used), 0

    return read


def _choose() -> Callable[[], Reading]:
    for way in (_by_ctypes, _by_psutil):
        try:
            return way()
        except (ImportError, AttributeError, OSError):
            continue
    raise RuntimeError("no view of the C heap: install psutil 7.2 or newer, or use glibc 2.33 or newer")


read = _choose()
