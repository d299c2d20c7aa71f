"""jemalloc itself, loaded before libc; and, of builds of it that are not at hand, one that is played."""

import ctypes

import pytest

import preloaded
from find_mem_leaks.measured.allocators import jemalloc
from find_mem_leaks.measured.allocators.jemalloc import Jemalloc


@pytest.fixture(scope="module")
def library(malloc_libraries):
    return malloc_libraries["jemalloc"]


def test_blocks_are_counted_to_the_byte_of_their_class(library):
    code = "print(allocator.describe()); print(*(rise(take, 1_000, size) for size in (64, 65, 1_000)))"
    name, rises = preloaded.run(code, library)
    assert name.startswith("jemalloc 5.")
    assert rises.split() == ["64000", "80000", "1024000"]


def test_what_was_taken_holds_what_was_handed_out(library):
    [line] = preloaded.run("print(*allocator.read())", library)
    handed_out, taken = map(int, line.split())
    assert 0 < handed_out <= taken


def test_blocks_of_other_threads_count_and_their_caches_do_not(library):
    [rise, blind] = preloaded.run(preloaded.IN_A_THREAD, library)
    assert 10 * 20_480 <= int(rise) < 10 * 20_480 + 4_000
    assert blind == ""


def test_what_is_kept_is_given_back(library):
    [line] = preloaded.run(preloaded.TRIMMED, library)
    could, before, after = line.split()
    assert could == "True"
    # Its own records, now and then 2 MiB more of them, are kept all the same.
    assert int(before) - int(after) >= 4_000 * 5_000


def test_reading_keeps_nothing(library):
    assert preloaded.run(preloaded.KEEPS_NOTHING, library) == ["0 True"]


class Played:
    """A jemalloc with these figures."""

    def __init__(self, **figures):
        self.names = {name.replace("_of_", ".").encode(): value for name, value in figures.items()}
        self.said = []
        for name in ("mallctl", "mallctlbymib", "mallctlnametomib"):
            setattr(self, name, Function(getattr(self, f"_{name}")))

    def _mallctl(self, name, old, _size, _new, _length):
        self.said.append(name)
        if name == b"version":
            old._obj.value = b"5.1.0-0-g1"
        return 0 if name in {b"version", b"epoch"} else 14

    def _mallctlnametomib(self, name, mib, parts):
        if name not in self.names:
            return 2
        mib[0], parts._obj.value = list(self.names).index(name), 1
        return 0

    def _mallctlbymib(self, mib, parts, old, _size, _new, _length):
        assert parts == 1
        old._obj.value = list(self.names.values())[mib[0]]
        return 0


class Function:
    def __init__(self, call):
        self.call = call

    def __call__(self, *arguments):
        return self.call(*arguments)


FIGURES = {
    "stats_of_allocated": 1_000, "stats_of_mapped": 8_000, "stats_of_retained": 4_000, "stats_of_resident": 6_000,
    "stats_of_metadata": 500,
}  # fmt: skip


def test_each_figure_stands_for_what_it_is():
    played = Jemalloc(Played(**FIGURES, **{jemalloc.IN_CACHES: 100}))
    assert played.read() == (900, 12_000)
    assert played.kept() == 6_000 - 900
    assert not played.trim()
    assert played.describe() == "jemalloc 5.1.0"
    assert played.blind() == ""


def test_one_that_does_not_tell_its_caches_counts_them_as_handed_out():
    assert Jemalloc(Played(**FIGURES)).read()[0] == 1_000


def test_this_threads_cache_is_flushed_and_the_figures_refreshed_before_each_reading():
    library = Played(**FIGURES)
    played = Jemalloc(library)
    library.said.clear()
    played.read()
    assert library.said == [b"thread.tcache.flush", b"epoch"]


def test_one_without_statistics_is_refused():
    with pytest.raises(OSError, match="without statistics"):
        Jemalloc(Played(stats_of_mapped=1))


def test_where_it_is_not_there_it_cannot_be_made():
    with pytest.raises(AttributeError):
        Jemalloc(ctypes.CDLL(None))
