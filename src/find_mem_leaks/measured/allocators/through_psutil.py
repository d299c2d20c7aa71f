"""The malloc of a system without glibc that psutil has figures of.

Source: ``psutil.heap_info()``, of psutil 7.2 or newer.

Cannot see: what was taken from the system, and what is kept.
"""

from __future__ import annotations

import platform
from typing import Tuple

from . import Allocator


class ThroughPsutil(Allocator):
    def __init__(self, _library: object) -> None:
        import psutil

        self._info, self._trim = psutil.heap_info, psutil.heap_trim
        self._info()

    def read(self) -> Tuple[int, int]:
        heap = self._info()
        return int(heap.heap_used + heap.mmap_used), 0

    def trim(self) -> bool:
        self._trim()
        return True

    def describe(self) -> str:
        return "malloc of " + platform.system()
