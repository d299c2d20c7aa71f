"""What is read of a process as it stands."""

import gc
import sys

import pytest

from find_mem_leaks.measured import shared
from find_mem_leaks.measured.accounting import account, copies, figures, trimming
from find_mem_leaks.measured.allocators import mappings
from find_mem_leaks.measured.probes import heap, shared_memory


def test_the_parts_are_no_more_than_the_whole():
    found = figures.read()
    assert found["peak"] >= found["rss"] > found["anonymous"] > 0
    assert 0 < found["blocks"] <= found["arenas"]
    assert 0 < found["handed_out"] <= found["taken"]
    assert found["kept"] > 0
    assert found["blind"] is False
    assert found["children"] >= 0
    assert found["left"] >= 0


def test_a_quick_reading_tells_how_often_was_collected():
    before = figures.quick()["collections"]
    gc.collect(1)
    after = figures.quick()["collections"]
    assert after[1] == before[1] + 1
    assert after[2] == before[2]


def test_where_descendants_and_shared_memory_are_not_told_they_are_none(monkeypatch):
    for module in ("family", "probes.shared_memory"):
        monkeypatch.setitem(sys.modules, f"find_mem_leaks.measured.{module}", None)
        package, _, name = f"find_mem_leaks.measured.{module}".rpartition(".")
        monkeypatch.delattr(sys.modules[package], name, raising=False)
    assert figures._of_children() == 0
    assert figures._left() == 0


def test_shared_memory_that_is_mapped_is_not_left_behind(monkeypatch):
    segments = [(1, "/psm_one", 4_096), (2, "/psm_two", 8_192)]
    monkeypatch.setattr(shared_memory, "ledger", "/the/ledger")
    monkeypatch.setattr(shared, "there", lambda ledger: iter(segments if ledger == "/the/ledger" else ()))
    monkeypatch.setattr(mappings, "every", lambda: [(0, 1, "rw-s", shared.place("/psm_one"))])
    assert figures._left() == 8_192


def test_garbage_is_told_by_the_generation_that_it_waits_in():
    gc.collect()
    gc.disable()
    try:
        for _ in range(1_000):
            cycle = [bytearray(2_000)]
            cycle.append(cycle)
        del cycle
        garbage = account._collect()[0]
    finally:
        gc.enable()
    assert garbage[0] == pytest.approx(2_200_000, rel=0.1)
    assert abs(garbage[1]) + abs(garbage[2]) < 200_000


def test_free_lists_are_told_from_garbage():
    gc.collect()
    tuples = [(number, number, number) for number in range(1_000)]
    del tuples
    free_lists = copies.ask(account._free_lists, 0)
    assert free_lists >= 1_000 * 64
    assert account._collect()[0][-1] == pytest.approx(free_lists, abs=20_000)


def test_trimming_gives_back_what_is_free(monkeypatch):
    blocks = [bytearray(2_000) for _ in range(10_000)]
    kept = blocks[-1]
    blocks.clear()
    assert trimming.trim() > 10_000_000
    assert len(kept) == 2_000
    monkeypatch.setattr(heap, "allocator", type("None", (), {"trim": lambda self: False})())
    assert trimming.trim() is None


def test_the_end_is_told_with_what_was_set_free():
    gc.disable()
    try:
        cycle = []
        cycle.append(cycle)
        del cycle
        begin, end = account.begin(), account.end()
    finally:
        gc.enable()
    assert {"enabled", "thresholds", "counts", "collections", "generations", "large"} <= begin.keys() <= end.keys()
    assert len(end["garbage"]) == len(end["collected"]) == 3
    assert begin["unreachable"] > 0 < sum(end["collected"])
    assert end["settled"]["handed_out"] <= end["handed_out"] + 100_000


def test_where_no_copy_can_be_made_objects_are_not_counted_before(monkeypatch):
    monkeypatch.setattr(copies, "ask", lambda _, otherwise: otherwise)
    begin, end = account.begin(), account.end()
    assert begin["large"] is None
    assert begin["waiting"] == [0, 0]
    assert begin["unreachable"] is None
    assert begin["free_lists"] == end["free_lists"] == 0
