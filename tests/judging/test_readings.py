"""How readings are made of samples: what grows where no allocator counts it, and what a buffer may account for."""

import numpy as np
import pytest

from find_mem_leaks.judging.readings import (
    BUFFER_PAGES,
    LATE_PAGES,
    PAGE,
    at_equal,
    at_equal_fill,
    largest_buffer,
    pages,
    reading,
    touched,
)
from find_mem_leaks.judging.series import ENTRIES, FILL

NAMES = ("operations", "rss", "elsewhere", "live_bytes", "private", "taken")


def samples(number=10, **grow):
    """So many samples in which these fields grow by so much from each to the next, and all others stand still."""
    steps = np.arange(number, dtype=np.float64)
    return {name: 5e6 + steps * grow.get(name, 0) for name in NAMES}


def test_a_field_is_read_as_it_is():
    made = samples(rss=10)
    assert (reading("rss")(made) == made["rss"]).all()


def test_a_count_is_read_as_it_is_and_stands_still_where_there_is_none():
    made = {**samples(), "threads": np.arange(10.0)}
    assert reading("threads")(made)[-1] == 9
    assert not reading("sockets")(made).any()


def test_pages_are_what_is_mapped_by_no_allocator_and_resident():
    assert pages(samples(rss=PAGE, elsewhere=PAGE))[-1] == 9 * PAGE


@pytest.mark.parametrize("grow", [{"rss": 1e6}, {"rss": 1e6, "elsewhere": 1e6, "live_bytes": 1e6}, {"elsewhere": 1e6}])
def test_what_is_mapped_without_use_or_used_by_an_allocator_is_not_pages(grow):
    assert not pages(samples(**grow)).any()


def test_a_few_pages_may_be_counted_late_by_the_kernel():
    few = samples(elsewhere=LATE_PAGES * PAGE / 10)
    assert pages(few)[-1] > 0
    assert not pages(samples(elsewhere=LATE_PAGES * PAGE)).any()


def test_touched_pages_are_resident_and_neither_taken_by_an_allocator_nor_newly_mapped():
    assert touched(samples(private=1e6))[-1] == 9e6
    for others in ("taken", "live_bytes", "elsewhere"):
        assert not touched(samples(private=1e6, **{others: 1e6})).any()


def test_the_largest_buffer_is_what_the_allocators_hold_and_no_less_than_64_mib():
    assert largest_buffer(samples()) == BUFFER_PAGES * PAGE == 64 << 20
    assert largest_buffer(samples(taken=1e8)) == 5e6 + 9e8


def sawtooth(entry=4_000.0, entries=lambda n: 500 + n % 250, leak=0.0):
    """Looks at a cache that gains an entry an operation and is pruned, at random moments."""
    operations = np.cumsum(np.random.default_rng(3).integers(1, 800, 200)).astype(float)
    held = np.array([float(entries(n)) for n in operations])
    readings = 1e6 + entry * held + leak * operations + np.random.default_rng(4).uniform(0, 500, 200)
    return {"operations": operations, "live_bytes": readings, "entries": held}


def test_what_a_cache_holds_is_taken_off_and_a_leak_beside_it_stays():
    read = at_equal(ENTRIES, reading("live_bytes"))
    assert np.ptp(read(sawtooth())) < 1_500
    leaking = sawtooth(leak=1.5)
    rate = np.polyfit(leaking["operations"], read(leaking), 1)[0]
    assert rate == pytest.approx(1.5, abs=0.05)


@pytest.mark.parametrize("entries", [lambda n: n, lambda n: n**0.5, lambda n: 500, lambda n: 0])
def test_nothing_is_taken_off_for_a_cache_that_fills_or_never_moves(entries):
    samples = sawtooth(entries=entries)
    assert (at_equal(ENTRIES, reading("live_bytes"))(samples) == samples["live_bytes"]).all()


def test_without_a_count_of_entries_a_reading_is_as_it_is():
    samples = sawtooth()
    del samples["entries"]
    assert (at_equal(ENTRIES, reading("live_bytes"))(samples) == samples["live_bytes"]).all()


def test_what_an_entry_is_comes_from_exact_looks_where_others_see_garbage_of_what_was_dropped():
    exact = sawtooth()
    names = ("operations", "live_bytes", "entries")
    garbage = np.random.default_rng(5).uniform(0, 1e6, 200)
    samples = {name: np.repeat(exact[name], 2) for name in names}
    samples["live_bytes"][::2] = 3e6 + garbage
    assert np.ptp(at_equal(ENTRIES, reading("live_bytes"))(samples)[1::2]) < 1_500


def two_caches(large=3_500.0, small=6_000.0, leak=0.0):
    """Looks at a cache of 500 entries that is pruned at 750, and one of 100 that is pruned at 150."""
    samples = sawtooth(entry=0.0, leak=leak)
    many, few = 500 + samples["operations"] % 250, 100 + samples["operations"] % 51
    samples["live_bytes"] += large * many + small * few
    return {**samples, ENTRIES: many + few, FILL: 1e6 * (many / 500 + few / 100)}


@pytest.mark.parametrize(
    ("large", "small"), [(3_500.0, 6_000.0), (3_500.0, 200.0), (500.0, 40_000.0), (1_000.0, 5_000.0)]
)
def test_two_caches_whose_entries_differ_in_size_are_told_apart(large, small):
    samples = two_caches(large, small)
    assert np.ptp(at_equal(ENTRIES, reading("live_bytes"))(samples)) > 50_000
    assert np.ptp(at_equal_fill(reading("live_bytes"))(samples)) < 1_500


def test_a_leak_beside_two_caches_stays():
    leaking = two_caches(leak=1.5)
    rate = np.polyfit(leaking["operations"], at_equal_fill(reading("live_bytes"))(leaking), 1)[0]
    assert rate == pytest.approx(1.5, abs=0.05)


@pytest.mark.parametrize("fill", [lambda entries: 2_000 * entries, lambda entries: 0 * entries, None])
def test_where_fill_tells_no_more_than_entries_these_are_taken_off_alone(fill):
    samples = sawtooth(leak=1.5)
    if fill:
        samples[FILL] = fill(samples[ENTRIES])
    alone = at_equal(ENTRIES, reading("live_bytes"))(samples)
    assert (at_equal_fill(reading("live_bytes"))(samples) == alone).all()


def test_pages_at_an_equal_number_of_threads_are_what_is_not_theirs():
    threads = np.repeat([9.0, 9.0, 10.0], [4, 8, 8])
    made = {**samples(20), "threads": threads}
    made["rss"] = made["elsewhere"] = 5e6 + 300_000 * (threads - 9) + 100 * np.arange(20)
    made["operations"] = np.cumsum(np.random.default_rng(1).uniform(50, 150, 20))
    assert np.ptp(pages(made)) > 300_000
    assert np.ptp(at_equal("threads", pages)(made)) == pytest.approx(1_900, abs=300)
    made["threads"] = np.arange(20.0)
    assert (at_equal("threads", pages)(made) == pages(made)).all()
