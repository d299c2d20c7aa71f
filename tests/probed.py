"""What probes make of memory that is taken while they read: for the tests of each of them."""

from __future__ import annotations

import gc
import mmap
from collections.abc import Callable
from typing import Any

from find_mem_leaks.measured.probes import blocks, elsewhere, heap, pymalloc

Read = Callable[[], int]


def growth(read: Read, make: Callable[[], Any]) -> int:
    """By how much a probe's lowest of some readings rises while what ``make`` returned is held."""
    gc.collect()
    before = min(read() for _ in range(3))
    held = make()
    after = min(read() for _ in range(3))
    del held
    return after - before


def kept(read: Callable[[], Any]) -> int:
    """How many blocks of memory 500 readings leave behind."""
    for _ in range(100):
        read()
    gc.collect()
    before = min(blocks.read() for _ in range(3))
    for _ in range(500):
        read()
    gc.collect()
    return min(blocks.read() for _ in range(3)) - before


def in_blocks() -> int:
    return pymalloc.read()[0]


def handed_out() -> int:
    return heap.read()[0]


def mapped_elsewhere() -> int:
    return elsewhere.read(pymalloc.read()[1] + heap.read()[1])


def touched_pages(size: int) -> mmap.mmap:
    """So many bytes of pages that no allocator has mapped, all of them in use."""
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for offset in range(0, size, mmap.PAGESIZE):
        pages[offset] = 1
    return pages
