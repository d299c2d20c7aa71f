"""tcmalloc itself: loaded before libc, and beside it."""

import ctypes

import pytest

import preloaded
from find_mem_leaks.measured.allocators.tcmalloc import Tcmalloc


@pytest.fixture(scope="module")
def library(malloc_libraries):
    return malloc_libraries["tcmalloc"]


def test_blocks_are_counted_to_the_byte_of_their_class(library):
    code = "print(allocator.describe()); print(*(rise(take, 1_000, size) for size in (64, 65, 1_000)))"
    name, rises = preloaded.run(code, library)
    assert name.startswith("tcmalloc of gperftools 2.")
    assert rises.split() == ["64000", "80000", "1024000"]


def test_beside_another_malloc_it_counts_its_own_blocks(library):
    loaded = ctypes.CDLL(library)
    loaded.malloc.argtypes, loaded.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
    allocator = Tcmalloc(loaded)
    before = allocator.read()[0]
    for _ in range(100):
        loaded.malloc(64)
    handed_out, taken = allocator.read()
    assert handed_out - before == 6_400
    assert handed_out <= taken
    assert 0 <= allocator.kept() <= taken
    assert allocator.trim()
    assert allocator.describe().startswith("tcmalloc of gperftools 2.")
    assert allocator.blind() == ""


def test_blocks_of_other_threads_count_and_their_caches_do_not(library):
    [rise, blind] = preloaded.run(preloaded.IN_A_THREAD, library)
    assert 10 * 20_480 <= int(rise) < 10 * 20_480 + 4_000
    assert blind == ""


def test_what_is_kept_is_given_back(library):
    [line] = preloaded.run(preloaded.TRIMMED, library)
    could, before, after = line.split()
    assert could == "True"
    assert int(before) > 2 * int(after)


def test_reading_keeps_nothing(library):
    assert preloaded.run(preloaded.KEEPS_NOTHING, library) == ["0 True"]
