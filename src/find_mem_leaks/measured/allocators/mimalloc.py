"""mimalloc: the heap of the thread that asks.

Source: ``mi_heap_visit_blocks``, page by page: blocks in use times their size; the mappings that
``mi_is_in_heap_region`` says are its own, of all threads, or ``mi_process_info`` for what it has committed. Whether
other threads ever took memory is told by ``mi_stats_print_out``.

Cannot see: heaps of other threads, nor what threads that have ended left behind; with those there ``blind`` says so.
"""

from __future__ import annotations

import ctypes
from typing import Any, Iterator, Tuple

from . import Allocator, mappings

OTHERS = "mimalloc tells only of the thread that asks, and others took memory too"
# mi_process_info returns the committed bytes through the sixth of eight pointers.
FIGURES, COMMITTED = 8, 5
THREADS = b"threads:"
# Its segments begin at multiples of so many bytes.
SEGMENT = 32 << 20


class Area(ctypes.Structure):
    """A page of blocks of one size: its blocks begin at ``blocks``."""

    _fields_ = [(name, ctypes.c_size_t) for name in ("blocks", "reserved", "committed", "used", "block_size")]


VISITOR = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Area), ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p
)
WRITER = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_void_p)


class Mimalloc(Allocator):
    def __init__(self, library: ctypes.CDLL) -> None:
        self._heap, self._walk = library.mi_heap_get_default, library.mi_heap_visit_blocks
        self._print, self._collect = library.mi_stats_print_out, library.mi_collect
        self._info, self._version = library.mi_process_info, library.mi_version()
        self._heap.restype = ctypes.c_void_p
        self._is_its = library.mi_is_in_heap_region
        self._is_its.restype, self._is_its.argtypes = ctypes.c_bool, [ctypes.c_void_p]
        self._walk.argtypes = [ctypes.c_void_p, ctypes.c_bool, VISITOR, ctypes.c_void_p]
        self._print.argtypes = [WRITER, ctypes.c_void_p]
        self._collect.argtypes = [ctypes.c_bool]
        self._figures = (ctypes.c_size_t * FIGURES)()
        size = ctypes.sizeof(ctypes.c_size_t)
        self._pointers = [ctypes.byref(self._figures, place * size) for place in range(FIGURES)]
        self._visitor, self._writer = VISITOR(self._visit), WRITER(self._write)
        self._used = self._free = 0
        self._is_alone = True

    def read(self) -> Tuple[int, int]:
        self._walk_heap()
        if mappings.can_be_read():
            return self._used, sum(end - begin for begin, end in self._own())
        self._info(*self._pointers)
        return self._used, self._figures[COMMITTED]

    def kept(self) -> int:
        self._walk_heap()
        if not mappings.can_be_read():
            return self._free
        return sum(mappings.resident(*own) for own in self._own()) - self._used

    def trim(self) -> bool:
        self._collect(True)
        return True

    def describe(self) -> str:
        major, rest = divmod(self._version, 100)
        return "mimalloc %d.%d.%d" % (major, rest // 10, rest % 10)

    def blind(self) -> str:
        if self._is_alone:
            self._is_alone = False
            self._print(self._writer, None)
        return "" if self._is_alone else OTHERS

    def _own(self) -> Iterator[Tuple[int, int]]:
        """Its segments: begin and end of each, as far as it is mapped."""
        for mapped in mappings.every():
            for begin, end in _segments(*mapped):
                if self._is_its(begin + mappings.PAGE):
                    yield begin, end

    def _walk_heap(self) -> None:
        self._used = self._free = 0
        self._walk(self._heap(), False, self._visitor, None)

    def _visit(self, _heap: int, area: Any, _block: int, _size: int, _argument: int) -> int:
        page = area.contents
        used = page.used * page.block_size
        self._used += used
        self._free += max(0, page.committed - used)
        return 1

    def _write(self, line: bytes, _argument: int) -> None:
        """Take the number of threads beside the first from the statistics; one that cannot be read is not none."""
        if THREADS in line:
            figures = line.split(THREADS, 1)[1].split()
            self._is_alone = figures[1:2] == [b"0"]


def _segments(begin: int, end: int, permissions: str, name: str) -> Iterator[Tuple[int, int]]:
    """The parts of a mapping that may be segments of its own: none of what a file backs."""
    if name or not permissions.startswith("rw"):
        return
    while begin < end:
        until = min(end, (begin // SEGMENT + 1) * SEGMENT)
        yield begin, until
        begin = until
