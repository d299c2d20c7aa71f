import ctypes

import pytest

from find_mem_leaks.measured.probes import blocks
from probed import growth, kept


def test_one_object_is_one_block():
    slots = [None] * 10_000

    def fill():
        slots[:] = [object() for _ in slots]

    assert growth(blocks.read, fill) == pytest.approx(10_000, abs=50)


def test_an_object_that_is_too_large_for_that_allocator_is_one_block_all_the_same():
    slots = [None] * 1_000

    def fill():
        slots[:] = [b"x" * (2_000 + place) for place in range(len(slots))]

    assert growth(blocks.read, fill) == pytest.approx(1_000, abs=50)


def test_memory_of_c_code_is_no_block():
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = (
        ctypes.c_void_p,
        [ctypes.c_size_t],
        [ctypes.c_void_p],
    )
    slots = (ctypes.c_void_p * 1_000)()

    def fill():
        for place in range(len(slots)):
            slots[place] = libc.malloc(64)

    assert abs(growth(blocks.read, fill)) < 50
    for pointer in slots:
        libc.free(pointer)


def test_reading_keeps_nothing():
    assert kept(blocks.read) < 20
