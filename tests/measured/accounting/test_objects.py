"""Which of the C heap's memory is Python objects, and which of it is garbage."""

import gc

import pytest

from find_mem_leaks.measured.accounting import objects

MB = 1_000_000


def test_large_objects_are_counted_once_however_many_refer_to_them():
    before = objects.count(in_arenas=1)["large"]
    block = bytearray(3 * MB)
    kept = [block, block, {"a": block}]
    after = objects.count(in_arenas=1)["large"]
    assert after - before == pytest.approx(3 * MB, abs=200_000)
    assert kept


def test_what_lies_in_untracked_containers_is_counted():
    before = objects.count(in_arenas=1)["large"]
    nested = [(("text" * 500_000,),)]
    assert objects.count(in_arenas=1)["large"] - before == pytest.approx(2 * MB, abs=200_000)
    assert nested


def test_small_objects_are_the_heaps_where_pythons_allocator_is_off():
    small = objects.count(in_arenas=1)["large"]
    assert objects.count(in_arenas=0)["large"] > small + 3 * MB


def test_garbage_is_what_a_collection_would_free_and_nothing_is_freed():
    class Finalized:
        def __del__(self):
            finalized.append(self)

    finalized = []
    gc.collect()
    gc.disable()
    try:
        before = objects.count(in_arenas=1)
        cycle = [Finalized(), bytearray(100), bytearray(3 * MB)]
        cycle.append(cycle)
        del cycle
        after = objects.count(in_arenas=1)
        assert not finalized
    finally:
        gc.enable()
    in_arenas, in_heap = (new - old for new, old in zip(after["waiting"], before["waiting"], strict=True))
    assert after["unreachable"] - before["unreachable"] == 2
    assert in_heap == pytest.approx(3 * MB, abs=100)
    assert in_arenas == pytest.approx(56 + 32 + 120 + 112 + 56 + 112, abs=150)
    assert after["large"] == pytest.approx(before["large"], abs=200_000)
