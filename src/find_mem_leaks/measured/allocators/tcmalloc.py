"""tcmalloc of gperftools, over all its threads.

Source: ``MallocExtension_GetNumericProperty``: ``generic.current_allocated_bytes``, ``generic.heap_size`` and
``tcmalloc.pageheap_unmapped_bytes``.

Cannot see: what it takes for its own bookkeeping. A block counts with the size of its class: 80 bytes for 65. The later
tcmalloc, which is not of gperftools, is another.
"""

from __future__ import annotations

import ctypes
from typing import Tuple

from . import Allocator

HANDED_OUT, TAKEN = b"generic.current_allocated_bytes", b"generic.heap_size"
GIVEN_BACK = b"tcmalloc.pageheap_unmapped_bytes"


class Tcmalloc(Allocator):
    def __init__(self, library: ctypes.CDLL) -> None:
        self._property, self._release = (
            library.MallocExtension_GetNumericProperty,
            library.MallocExtension_ReleaseFreeMemory,
        )
        self._property.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
        library.tc_version.restype = ctypes.c_char_p
        self._version: str = library.tc_version(None, None, None).decode()
        self._value = ctypes.c_size_t()

    def read(self) -> Tuple[int, int]:
        return self._figure(HANDED_OUT), self._figure(TAKEN)

    def kept(self) -> int:
        handed_out, taken = self.read()
        return max(0, taken - self._figure(GIVEN_BACK) - handed_out)

    def trim(self) -> bool:
        self._release()
        return True

    def describe(self) -> str:
        return "tcmalloc of " + self._version

    def _figure(self, name: bytes) -> int:
        self._property(name, ctypes.byref(self._value))
        return int(self._value.value)
