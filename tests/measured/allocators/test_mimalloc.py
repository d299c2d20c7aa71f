"""mimalloc itself: loaded before libc, and beside it."""

import ctypes

import pytest

import preloaded
from find_mem_leaks.measured.allocators import mimalloc
from find_mem_leaks.measured.allocators.mimalloc import Mimalloc


@pytest.fixture(scope="module")
def library(malloc_libraries):
    return malloc_libraries["mimalloc"]


@pytest.fixture
def beside(library):
    """A mimalloc that nothing but the test takes memory from."""
    loaded = ctypes.CDLL(library)
    loaded.malloc.argtypes, loaded.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
    return loaded


def test_blocks_are_counted_to_the_byte_of_their_class(library):
    code = "print(allocator.describe()); print(*(rise(take, 1_000, size) for size in (64, 65, 1_000)))"
    name, rises = preloaded.run(code, library)
    assert name.startswith("mimalloc 2.")
    assert rises.split() == ["64000", "80000", "1024000"]


def test_beside_another_malloc_it_counts_its_own_blocks(beside):
    allocator = Mimalloc(beside)
    before = allocator.read()[0]
    for _ in range(100):
        beside.malloc(64)
    handed_out, taken = allocator.read()
    assert handed_out - before == 6_400
    assert handed_out <= taken
    assert allocator.kept() > 0
    assert allocator.trim()
    assert allocator.describe().startswith("mimalloc 2.")


def test_with_one_thread_it_sees_everything_and_with_more_it_says_that_it_does_not(library):
    code = (
        "print(allocator.blind())\n"
        "thread = threading.Thread(target=take, args=(1, 64)); thread.start(); thread.join()\n"
        "print(allocator.blind())\n"
    )
    assert preloaded.run(code, library) == ["", mimalloc.OTHERS]


@pytest.mark.parametrize(
    ("line", "blind"),
    [
        (b"   threads:      0          0          0          0       ok\n", ""),
        (b"   threads:      1          1          2         -1       ok\n", mimalloc.OTHERS),
        (b"   threads: none\n", mimalloc.OTHERS),
        (b"  segments:      1          1          0          1\n", mimalloc.OTHERS),
    ],
)
def test_other_threads_are_read_from_its_statistics(beside, line, blind):
    allocator = Mimalloc(beside)
    allocator._print = lambda write, _: write(line, None)
    assert allocator.blind() == blind


def test_what_it_says_of_other_threads_it_goes_on_to_say(beside):
    allocator = Mimalloc(beside)
    allocator._print = lambda write, _: write(b" threads: 1 1", None)
    allocator.blind()
    allocator._print = None
    assert allocator.blind() == mimalloc.OTHERS


def test_reading_keeps_nothing(library):
    assert preloaded.run(preloaded.KEEPS_NOTHING, library) == ["0 True"]
