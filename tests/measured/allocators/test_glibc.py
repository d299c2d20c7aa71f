import ctypes
import platform

import pytest

import preloaded
from find_mem_leaks.measured.allocators.glibc import Glibc
from find_mem_leaks.measured.probes import heap
from probed import growth, handed_out, kept, touched_pages


def read():
    return Glibc(ctypes.CDLL(None)).read()[0]


def test_large_blocks_are_counted_to_the_byte_and_mapped_ones_to_the_page():
    assert growth(read, lambda: [bytearray(10_000) for _ in range(100)]) == pytest.approx(1_000_000, rel=0.02)
    assert growth(read, lambda: bytearray(50_000_000)) == pytest.approx(50_000_000, rel=0.01)


def test_what_is_handed_out_was_taken_from_the_system_and_what_is_resident_of_the_rest_is_kept():
    allocator = Glibc(ctypes.CDLL(None))
    in_use, taken = allocator.read()
    assert 0 < in_use <= taken
    assert 0 < allocator.kept() <= taken - in_use
    assert allocator.trim()


def test_a_block_counts_with_its_header():
    [name, rises] = preloaded.run("print(allocator.describe()); print(rise(take, 1_000, 64))")
    assert name == f"glibc {platform.libc_ver()[1]}"
    assert 80_000 <= int(rises) < 81_000  # a free chunk that is a little too large is handed out as a whole


def test_what_is_free_is_given_back_and_no_longer_kept():
    code = (
        "from find_mem_leaks.measured.probes import resident\n"
        "first, *others = [ctypes.create_string_buffer(5_000) for _ in range(4_000)]; last = others.pop()\n"
        "del others; before = resident.rss(), allocator.kept(); allocator.trim()\n"
        "print(before[0] - resident.rss(), before[1], allocator.kept())"
    )
    [line] = preloaded.run(code)
    given_back, before, after = map(int, line.split())
    assert given_back > 10_000_000
    assert before > 10_000_000
    # Of what malloc keeps, the end of its heap was never touched: up to 128 KiB, and as much again while it grew.
    assert before - after == pytest.approx(given_back, abs=2 * 128 * 1024)


def test_pages_that_somebody_else_maps_are_not_the_heaps():
    assert abs(growth(handed_out, lambda: touched_pages(8 * 1024 * 1024))) < 10_000


def test_it_misses_nothing_and_reading_keeps_nothing():
    assert heap.allocator.blind() == ""
    assert kept(Glibc(ctypes.CDLL(None)).read) < 20
    assert preloaded.run(preloaded.KEEPS_NOTHING) == ["0 True"]
