import platform

import pytest

from find_mem_leaks.measured.allocators.through_psutil import ThroughPsutil
from find_mem_leaks.measured.probes import heap
from probed import growth, kept


def test_blocks_are_counted_and_what_was_taken_is_not_told():
    allocator = ThroughPsutil(None)
    made = growth(lambda: allocator.read()[0], lambda: [bytearray(10_000) for _ in range(100)])
    assert made == pytest.approx(1_000_000, rel=0.02)
    assert allocator.read()[0] == pytest.approx(heap.read()[0], abs=4_096)
    assert allocator.read()[1] == allocator.kept() == 0


def test_it_is_named_after_the_system_and_gives_back_what_is_free():
    allocator = ThroughPsutil(None)
    assert allocator.describe() == f"malloc of {platform.system()}"
    assert allocator.trim()
    assert allocator.blind() == ""


def test_an_older_psutil_has_no_figures(monkeypatch):
    import psutil

    monkeypatch.delattr(psutil, "heap_info")
    with pytest.raises(AttributeError):
        ThroughPsutil(None)


def test_reading_keeps_nothing():
    assert kept(ThroughPsutil(None).read) < 20
