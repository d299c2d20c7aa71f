import tracemalloc

import pytest

import preloaded
from find_mem_leaks.measured.allocators import objects

READ = (
    "from find_mem_leaks.measured.allocators import objects; from find_mem_leaks.measured.probes import pymalloc\n"
    "print(objects.describe()); print(objects.blind(pymalloc.read()[0]))"
)


@pytest.mark.parametrize("name", ["pymalloc", "malloc", "pymalloc_debug", "malloc_debug"])
def test_the_allocator_is_named_and_nothing_is_missed_of_it(name):
    assert preloaded.run(READ, PYTHONMALLOC=name) == [name, ""]


def test_where_tracemalloc_stands_before_it_objects_are_missed():
    tracemalloc.start()
    try:
        assert objects.describe() == objects.OTHER
        assert objects.blind(0) == objects.HIDDEN
    finally:
        tracemalloc.stop()
    assert objects.describe() == "pymalloc"


def test_mimalloc_misses_some_whatever_it_reads(monkeypatch):
    monkeypatch.setattr(objects, "_name", lambda: b"mimalloc_debug")
    assert objects.blind(1_000) == objects.blind(0) == objects.MIMALLOC


def test_an_interpreter_without_the_names_still_reads_pymalloc(monkeypatch):
    import ctypes

    monkeypatch.setattr(ctypes, "pythonapi", None)
    monkeypatch.setattr(objects, "_name", objects._chosen())
    assert objects.describe() == objects.OTHER
    assert objects.blind(1_000) == ""
