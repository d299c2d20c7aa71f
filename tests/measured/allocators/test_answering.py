"""Which allocator answers: told by what its figure does, whatever else is loaded."""

import ctypes

import pytest

import preloaded
from find_mem_leaks.measured.allocators import answering
from find_mem_leaks.measured.allocators.glibc import Glibc
from find_mem_leaks.measured.allocators.glibc_before_2_33 import GlibcBefore233
from find_mem_leaks.measured.allocators.through_psutil import ThroughPsutil
from find_mem_leaks.measured.allocators.unknown import Unknown

NAMED = "print(type(allocator).__name__)"


def test_libc_answers_where_nothing_is_loaded_before_it():
    assert isinstance(answering.find(), Glibc)
    assert preloaded.run(NAMED) == ["Glibc"]


@pytest.mark.parametrize("name", ["jemalloc", "mimalloc", "tcmalloc"])
def test_what_is_loaded_before_libc_answers(malloc_libraries, name):
    assert preloaded.run(NAMED, malloc_libraries[name]) == [name.title()]


def test_one_that_is_loaded_later_does_not_answer(malloc_libraries):
    """Its symbols are there for all to see, but ``malloc`` was found before."""
    code = (
        "from find_mem_leaks.measured.allocators import answering\n"
        f"ctypes.CDLL({malloc_libraries['tcmalloc']!r}, mode=ctypes.RTLD_GLOBAL)\n"
        "print(hasattr(ctypes.CDLL(None), 'tc_version'), type(answering.find()).__name__)"
    )
    assert preloaded.run(code) == ["True Glibc"]


def test_the_next_that_counts_is_taken_where_one_is_missing(monkeypatch):
    monkeypatch.setattr(answering, "KINDS", (GlibcBefore233, ThroughPsutil))
    assert isinstance(answering.find(), GlibcBefore233)


class StandsStill(Unknown):
    """An allocator that is there, and that nobody takes memory from."""

    def __init__(self, _library):
        super().__init__("", "")


def test_one_whose_figure_stands_still_is_passed_over(monkeypatch):
    monkeypatch.setattr(answering, "KINDS", (StandsStill, Glibc))
    assert isinstance(answering.find(), Glibc)


def test_a_malloc_without_a_counter_is_named_by_its_file(monkeypatch):
    monkeypatch.setattr(answering, "KINDS", (StandsStill,))
    found = answering.find()
    assert found.describe() == "malloc of libc.so.6"
    assert found.blind() == "the malloc of libc.so.6 has no counter that is known"


def test_a_system_that_does_not_tell_files_leaves_it_without_a_name(monkeypatch):
    class Library:
        malloc = ctypes.CDLL(None).malloc

    assert answering._library_of_malloc(Library()) == ""


def test_an_interpreter_that_can_call_no_c_says_so(monkeypatch):
    def refuse(_name):
        raise OSError("dynamic loading is not there")

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert answering.find().blind() == "OSError: dynamic loading is not there"
