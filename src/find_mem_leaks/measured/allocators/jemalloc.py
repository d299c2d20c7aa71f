"""jemalloc, over all its arenas and threads.

Source: ``mallctl``: ``stats.allocated`` less what threads keep in their caches (``tcache_bytes``; this thread's cache
is flushed before each reading), ``stats.mapped`` and ``stats.retained``, after ``epoch``.

Cannot see: caches of other threads before jemalloc 5, whose blocks count as handed out there; anything where it was
built without statistics. A block counts with the size of its class: 80 bytes for 65.
"""

from __future__ import annotations

import ctypes
from typing import Any, Optional, Tuple

from . import Allocator

# Stands for all arenas in the name of a figure (MALLCTL_ARENAS_ALL).
ALL = 4096
NAMES = ("stats.allocated", "stats.mapped", "stats.retained", "stats.resident")
IN_CACHES = "stats.arenas.%d.tcache_bytes" % ALL
MOST_PARTS = 8


class Jemalloc(Allocator):
    def __init__(self, library: ctypes.CDLL) -> None:
        self._mallctl, self._by_mib, self._to_mib = library.mallctl, library.mallctlbymib, library.mallctlnametomib
        pointer, size = ctypes.c_void_p, ctypes.c_size_t
        self._mallctl.argtypes = [ctypes.c_char_p, pointer, pointer, pointer, size]
        self._by_mib.argtypes = [pointer, size, pointer, pointer, pointer, size]
        self._to_mib.argtypes = [ctypes.c_char_p, pointer, pointer]
        self._epoch, self._value, self._size = ctypes.c_uint64(1), size(), size(ctypes.sizeof(size))
        figures = [self._mib(name) for name in NAMES]
        if None in figures:
            raise OSError("jemalloc was built without statistics")
        self._allocated, self._mapped, self._retained, self._resident = figures
        self._in_caches = self._mib(IN_CACHES)
        self._version = self._read_version()

    def read(self) -> Tuple[int, int]:
        self._refresh()
        return self._handed_out(), self._figure(self._mapped) + self._figure(self._retained)

    def kept(self) -> int:
        self._refresh()
        return max(0, self._figure(self._resident) - self._handed_out())

    def trim(self) -> bool:
        self._flush()
        return bool(self._mallctl(b"arena.%d.purge" % ALL, None, None, None, 0) == 0)

    def describe(self) -> str:
        return "jemalloc " + self._version

    def _refresh(self) -> None:
        self._flush()
        self._mallctl(b"epoch", None, None, ctypes.byref(self._epoch), ctypes.sizeof(self._epoch))

    def _flush(self) -> None:
        """Empty this thread's cache; without effect where threads have none."""
        self._mallctl(b"thread.tcache.flush", None, None, None, 0)

    def _handed_out(self) -> int:
        return self._figure(self._allocated) - (self._figure(self._in_caches) if self._in_caches else 0)

    def _mib(self, name: str) -> Optional[Tuple[Any, int]]:
        """Return what stands for a name, which is read faster than the name is; None where there is no such figure."""
        mib, parts = (ctypes.c_size_t * MOST_PARTS)(), ctypes.c_size_t(MOST_PARTS)
        failed = self._to_mib(name.encode(), mib, ctypes.byref(parts))
        return None if failed else (mib, parts.value)

    def _figure(self, mib: Any) -> int:
        self._by_mib(*mib, ctypes.byref(self._value), ctypes.byref(self._size), None, 0)
        return self._value.value

    def _read_version(self) -> str:
        text, size = ctypes.c_char_p(), ctypes.c_size_t(ctypes.sizeof(ctypes.c_char_p))
        self._mallctl(b"version", ctypes.byref(text), ctypes.byref(size), None, 0)
        return (text.value or b"").decode().split("-")[0]
