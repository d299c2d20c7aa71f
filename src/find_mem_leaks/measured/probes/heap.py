"""Bytes that the C heap has handed out: glibc's ``mallinfo2``, blocks in use plus blocks mapped on their own.

Source: ``psutil.heap_info()`` where psutil has it, else ``mallinfo2`` through ctypes.

Cannot see: small Python objects (see ``pymalloc``; that allocator maps its arenas itself), memory that a library
maps itself, and what another malloc (jemalloc, tcmalloc) hands out. Blocks in a thread's cache count as in use.
"""

from __future__ import annotations

from typing import Any, Callable


def _by_psutil() -> Callable[[], int]:
    import psutil

    info = psutil.heap_info
    info()

    def read() -> int:
        heap = info()
        return int(heap.heap_used + heap.mmap_used)

    return read


def _by_ctypes() -> Callable[[], int]:
    import ctypes

    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()

    class Mallinfo2(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in names]

    mallinfo2: Any = ctypes.CDLL(None).mallinfo2
    mallinfo2.restype = Mallinfo2

    def read() -> int:
        info = mallinfo2()
        return int(info.uordblks + info.hblkhd)

    return read


def _choose() -> Callable[[], int]:
    for way in (_by_psutil, _by_ctypes):
        try:
            return way()
        except (ImportError, AttributeError, OSError):
            continue
    raise RuntimeError("no view of the C heap: install psutil 7.2 or newer, or use glibc 2.33 or newer")


read = _choose()
