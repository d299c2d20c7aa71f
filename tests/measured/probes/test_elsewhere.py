import mmap

import pytest

from find_mem_leaks.measured.probes import elsewhere
from probed import growth, kept, mapped_elsewhere, touched_pages

SIZE = 32 * 1024 * 1024


def test_what_the_allocators_took_is_not_mapped_elsewhere():
    assert abs(growth(mapped_elsewhere, lambda: [bytearray(400_000) for _ in range(50)])) < 100_000
    assert abs(growth(mapped_elsewhere, lambda: [object() for _ in range(500_000)])) < 100_000


def test_what_is_mapped_is_seen_whether_it_was_touched_or_not():
    assert growth(mapped_elsewhere, lambda: touched_pages(SIZE)) == pytest.approx(SIZE, rel=0.01)
    assert growth(mapped_elsewhere, lambda: mmap.mmap(-1, SIZE)) == pytest.approx(SIZE, rel=0.01)


def test_what_allocators_took_is_taken_off():
    assert elsewhere.read(0) - elsewhere.read(1_000_000) == 1_000_000


def test_where_the_system_does_not_tell_nothing_is_mapped(monkeypatch):
    monkeypatch.setattr(elsewhere, "_HAS_STATM", False)
    assert elsewhere.read(1_000) == 0


def test_reading_keeps_nothing():
    assert kept(lambda: elsewhere.read(0)) < 20
