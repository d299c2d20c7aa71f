"""The heap is read by whichever allocator answers: see tests/measured/allocators."""

from find_mem_leaks.measured.probes import heap
from probed import kept


def test_it_reads_the_allocator_that_answers():
    assert heap.read == heap.allocator.read
    in_use, taken = heap.read()
    assert 0 < in_use <= taken


def test_reading_keeps_nothing():
    assert kept(heap.read) < 20
