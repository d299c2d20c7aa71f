"""The figures of 32 bits, which newer versions of glibc give too."""

import ctypes

import pytest

from find_mem_leaks.measured.allocators.glibc import Glibc
from find_mem_leaks.measured.allocators.glibc_before_2_33 import GlibcBefore233, Mallinfo, _continued
from probed import growth, kept

GIB = 1 << 30


@pytest.fixture
def allocator():
    return GlibcBefore233(ctypes.CDLL(None))


def test_it_reads_the_same_as_the_later_figures(allocator):
    later = Glibc(ctypes.CDLL(None))
    assert allocator.read() == pytest.approx(later.read(), abs=4_096)
    assert allocator.kept() == pytest.approx(later.kept(), abs=500_000)
    assert allocator.describe() == later.describe()
    assert allocator.trim()
    assert allocator.blind() == ""


def test_blocks_are_counted(allocator):
    made = growth(lambda: allocator.read()[0], lambda: [bytearray(10_000) for _ in range(100)])
    assert made == pytest.approx(1_000_000, rel=0.02)


def test_a_figure_goes_on_beyond_what_it_has_bits_for(allocator):
    figures = iter([0.5, 2, 3.5, 5, 6.5, 5, 3.5])
    allocator._mallinfo = lambda: Mallinfo(hblkhd=int(next(figures) * GIB) % (4 * GIB))
    allocator._mapped, allocator._in_use, allocator._arena = 0, 0, 0
    assert [allocator.read()[0] / GIB for _ in range(7)] == [0.5, 2, 3.5, 5, 6.5, 5, 3.5]


@pytest.mark.parametrize(
    ("before", "reading", "now"),
    [(10, 12, 12), (10, 8, 8), (4 * GIB - 1, 1, 4 * GIB + 1), (4 * GIB + 1, 5, 4 * GIB + 5)],
)
def test_the_nearest_figure_that_reads_so_is_meant(before, reading, now):
    assert _continued(before, reading) == now


def test_reading_keeps_nothing(allocator):
    assert kept(allocator.read) < 20
