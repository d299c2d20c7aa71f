"""glibc's malloc before 2.33, over all its arenas.

Source: ``mallinfo``, whose figures have 32 bits: they begin anew at each 4 GiB. What changed from one reading to the
next is the change that is nearest to none, so a figure goes on beyond 4 GiB.

Cannot see: by what multiple of 4 GiB the first reading was short; a change of more than 2 GiB between two readings. For
the rest as ``glibc``.
"""

from __future__ import annotations

import ctypes
from typing import Tuple

from . import glibc_heaps
from .glibc import FIELDS, Glibc

WRAP = 1 << 32


class Mallinfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in FIELDS]


class GlibcBefore233(Glibc):
    _function, _figures = "mallinfo", Mallinfo

    def __init__(self, library: ctypes.CDLL) -> None:
        super().__init__(library)
        info = self._mallinfo()
        self._in_use, self._mapped, self._arena = int(info.uordblks), int(info.hblkhd), int(info.arena)

    def read(self) -> Tuple[int, int]:
        info = self._mallinfo()
        self._in_use = _continued(self._in_use, info.uordblks)
        self._mapped = _continued(self._mapped, info.hblkhd)
        self._arena = _continued(self._arena, info.arena)
        return self._in_use + self._mapped, self._arena + self._mapped

    def kept(self) -> int:
        self.read()
        return glibc_heaps.kept(self._in_use, self._arena - self._in_use)


def _continued(before: int, reading: int) -> int:
    """The figure nearest to ``before`` of those that read so in 32 bits."""
    change = (reading - before) % WRAP
    return before + (change if change < WRAP // 2 else change - WRAP)
