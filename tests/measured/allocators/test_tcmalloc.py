"""tcmalloc itself, loaded before libc; beside it, it would move the end of the heap that glibc thinks its own."""

import pytest

import preloaded
from find_mem_leaks.measured.allocators.tcmalloc import Tcmalloc


@pytest.fixture(scope="module")
def library(malloc_libraries):
    return malloc_libraries["tcmalloc"]


def test_blocks_are_counted_to_the_byte_of_their_class(library):
    code = "print(allocator.describe()); print(*(rise(take, 1_000, size) for size in (64, 65, 1_000)))"
    name, rises = preloaded.run(code, library)
    assert name.startswith("tcmalloc of gperftools 2.")
    assert rises.split() == ["64000", "80000", "1024000"]


def test_what_was_taken_holds_what_was_handed_out_and_what_is_kept(library):
    [line] = preloaded.run("print(*allocator.read(), allocator.kept())", library)
    handed_out, taken, kept = map(int, line.split())
    assert 0 < handed_out < handed_out + kept <= taken


def test_blocks_of_other_threads_count_and_their_caches_do_not(library):
    [rise, blind] = preloaded.run(preloaded.IN_A_THREAD, library)
    assert 10 * 20_480 <= int(rise) < 10 * 20_480 + 4_000
    assert blind == ""


def test_what_is_kept_is_given_back(library):
    [line] = preloaded.run(preloaded.TRIMMED, library)
    could, before, after = line.split()
    assert could == "True"
    assert int(before) > 2 * int(after)


def test_reading_keeps_nothing(library):
    assert preloaded.run(preloaded.KEEPS_NOTHING, library) == ["0 True"]


class Played:
    """A tcmalloc with these figures."""

    figures = (
        (b"generic.current_allocated_bytes", 1_000),
        (b"generic.heap_size", 9_000),
        (b"tcmalloc.pageheap_unmapped_bytes", 2_000),
    )

    def __init__(self):
        self.released = 0

        def figure(name, value):
            value._obj.value = dict(self.figures)[name]

        def release():
            self.released += 1

        self.MallocExtension_GetNumericProperty, self.MallocExtension_ReleaseFreeMemory = figure, release
        self.tc_version = lambda *_: b"gperftools 2.15"


def test_each_figure_stands_for_what_it_is():
    library = Played()
    played = Tcmalloc(library)
    assert played.read() == (1_000, 9_000)
    assert played.kept() == 9_000 - 2_000 - 1_000
    assert played.trim()
    assert library.released == 1
    assert played.describe() == "tcmalloc of gperftools 2.15"
    assert played.blind() == ""
