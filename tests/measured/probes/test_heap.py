import pytest

from find_mem_leaks.measured.probes import heap
from probed import growth, handed_out, kept, touched_pages

WAYS = [heap._by_psutil, heap._by_ctypes]


@pytest.mark.parametrize("way", WAYS)
def test_large_blocks_are_counted_to_the_byte_and_mapped_ones_to_the_page(way):
    reading = way()

    def read():
        return reading()[0]

    assert growth(read, lambda: [bytearray(10_000) for _ in range(100)]) == pytest.approx(1_000_000, rel=0.02)
    assert growth(read, lambda: bytearray(50_000_000)) == pytest.approx(50_000_000, rel=0.01)


def test_both_ways_agree():
    by_psutil, by_ctypes = (way() for way in WAYS)
    assert by_psutil()[0] == pytest.approx(by_ctypes()[0], abs=4096)


def test_what_is_handed_out_was_taken_from_the_system():
    in_use, taken = heap.read()
    assert 0 < in_use <= taken


def test_pages_that_somebody_else_maps_are_not_the_heaps():
    assert abs(growth(handed_out, lambda: touched_pages(8 * 1024 * 1024))) < 10_000


def test_a_way_that_is_not_there_is_passed_over(monkeypatch):
    def missing():
        raise AttributeError("mallinfo2")

    monkeypatch.setattr(heap, "_by_ctypes", missing)
    assert heap._choose()()[1] == 0


def test_a_system_without_a_view_of_its_heap_is_told_what_to_install(monkeypatch):
    def missing():
        raise ImportError

    monkeypatch.setattr(heap, "_by_ctypes", missing)
    monkeypatch.setattr(heap, "_by_psutil", missing)
    with pytest.raises(RuntimeError, match=r"install psutil 7\.2 or newer"):
        heap._choose()


def test_reading_keeps_nothing():
    assert kept(heap.read) < 20
