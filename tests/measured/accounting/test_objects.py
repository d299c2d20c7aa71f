"""Which of the C heap's memory is Python objects, counted in this very process and in a copy of it."""

import gc
import os
import threading
from pathlib import Path

import pytest

from find_mem_leaks.measured.accounting import objects

MB = 1_000_000


def _descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def _children():
    return [file.read_text() for file in sorted(Path("/proc/self/task").glob("*/children"))]


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


def test_a_copy_counts_the_same_and_leaves_nothing():
    gc.collect()
    here = objects.count(in_arenas=1)
    descriptors, children = _descriptors(), _children()
    there = objects.count_in_a_copy(in_arenas=1)
    assert there["large"] == pytest.approx(here["large"], rel=0.05)
    assert sum(there["generations"]) == pytest.approx(sum(here["generations"]), rel=0.05)
    assert _descriptors() <= descriptors
    assert {*_children()} <= {*children}


def test_no_copy_is_made_of_a_process_with_threads():
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert objects.count_in_a_copy(in_arenas=1)["large"] is None
    finally:
        end.set()
        thread.join()


def test_where_no_copy_can_be_made_nothing_is_said(monkeypatch):
    def refuse():
        raise OSError("no more processes")

    descriptors = _descriptors()
    monkeypatch.setattr(os, "fork", refuse)
    assert objects.count_in_a_copy(in_arenas=1) == {"large": None, "untouched": 0, "generations": [0, 0, 0]}
    assert _descriptors() <= descriptors
