"""glibc's malloc, over all its arenas.

Source: ``mallinfo2`` of glibc 2.33 and newer.

Cannot see: memory that a library maps itself. Blocks in a thread's cache count as handed out: the measured process runs
without that cache (``glibc.malloc.tcache_count=0``). Of what it keeps only what is resident counts, where the system
tells (``glibc_heaps``).
"""

from __future__ import annotations

import ctypes
from typing import Tuple, Type

from . import Allocator, glibc_heaps

FIELDS = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()


class Mallinfo2(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in FIELDS]


class Glibc(Allocator):
    _function = "mallinfo2"
    _figures: Type[ctypes.Structure] = Mallinfo2

    def __init__(self, library: ctypes.CDLL) -> None:
        self._mallinfo, self._trim = getattr(library, self._function), library.malloc_trim
        self._mallinfo.restype, self._trim.argtypes = self._figures, [ctypes.c_size_t]
        library.gnu_get_libc_version.restype = ctypes.c_char_p
        self._version = str(library.gnu_get_libc_version().decode())

    def read(self) -> Tuple[int, int]:
        info = self._mallinfo()
        return int(info.uordblks + info.hblkhd), int(info.arena + info.hblkhd)

    def kept(self) -> int:
        info = self._mallinfo()
        return glibc_heaps.kept(int(info.uordblks), int(info.fordblks))

    def trim(self) -> bool:
        self._trim(0)
        return True

    def describe(self) -> str:
        return "glibc " + self._version
