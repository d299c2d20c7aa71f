"""What each test of a verdict asks: a series that passes all others of its list and not this one, and one that does."""

import math
from dataclasses import replace

import pytest

from find_mem_leaks.judging.criteria import ACQUITTING, BY_JUMPS, CONVICTING, STEADY, put
from find_mem_leaks.judging.evidence import Evidence
from find_mem_leaks.judging.probes import (
    BLOCKS,
    LIVE_BYTES,
    MAPPED_PAGES,
    RESIDENT_PAGES,
    THREADS,
)
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Cap, Series
from series_of import series

FLAT = lambda n: 0  # noqa: E731
PAGE = 4_096


def not_passed(tests, measured, probe=None, *, suspects=(), by_jumps=False, rules=None, last=False):
    """The names of those tests that the series does not pass, of one probe where one is given."""
    evidence = Evidence(measured, rules or Rules(), last, suspects, by_jumps)
    outcomes = [outcome for outcome in put(tests, evidence) if not outcome.passed]
    return [outcome.test for outcome in outcomes if probe is None or outcome.probe == probe.key]


def jumps(*at, size=1_000_000):
    return lambda n: size * sum(n > one for one in at)


def doubling(n, entry=8):
    return entry * 2 ** math.ceil(math.log2(max(n, 512)))


def late_counted(measured, batch):
    """The same where the kernel counts the pages that were mapped in batches of so many."""
    pages = batch * PAGE
    rounds = [
        replace(
            made,
            samples=tuple(replace(each, rss=each.rss - each.elsewhere % pages) for each in made.samples),
        )
        for made in measured.rounds
    ]
    return Series(tuple(rounds))


def filling(entries, **cap):
    """200 bytes an operation while a container takes so many entries."""
    measured = series(lambda n: 200 * n)
    return replace(measured, caps=(Cap("a cache", 10_000, 10_000 + entries, **cap),))


# What grows steadily.


@pytest.mark.parametrize(
    ("measured", "probe"),
    [
        (series(lambda n: 20 * n), LIVE_BYTES),
        (series(lambda n: 0.05 * n), LIVE_BYTES),
        (series(FLAT, lambda n: n / 1_000), BLOCKS),
        (series(FLAT, pages=lambda n: PAGE * (n / 500)), MAPPED_PAGES),
        (series(FLAT, touched=lambda n: 1_000 * n), RESIDENT_PAGES),
        (series(FLAT, threads=lambda n: n / 10_000), THREADS),
    ],
)
def test_even_growth_passes_all_tests_of_steady_growth(measured, probe):
    assert not_passed(STEADY, measured, probe) == []


@pytest.mark.parametrize(
    ("measured", "probe"),
    [
        (series(lambda n: 0.036 * n, rounds=4), LIVE_BYTES),
        (series(FLAT, lambda n: n / 1_200, operations=400), BLOCKS),
        (series(FLAT, pages=lambda n: 1.4 * n), MAPPED_PAGES),
        (series(FLAT, touched=lambda n: 700 * n), RESIDENT_PAGES),
        (series(FLAT, threads=lambda n: n / 12_000), THREADS),
    ],
)
def test_growth_by_a_few_objects_or_pages_is_too_little_to_be_called_growth(measured, probe):
    assert not_passed(STEADY, measured, probe) == ["amount"]


def test_resident_pages_may_grow_by_all_that_the_allocators_hold():
    held = 200_000_000
    assert not_passed(STEADY, series(lambda n: held, touched=lambda n: 2_000 * n), RESIDENT_PAGES) == ["amount"]
    assert not_passed(STEADY, series(FLAT, touched=lambda n: 2_000 * n), RESIDENT_PAGES) == []


@pytest.mark.parametrize(
    ("measured", "probe"),
    [(series(lambda n: 0.02 * n), LIVE_BYTES), (series(FLAT, lambda n: n / 3_000), BLOCKS)],
)
def test_growth_by_one_small_object_in_thousands_of_operations_is_too_slow(measured, probe):
    assert not_passed(STEADY, measured, probe) == ["pace"]
    assert not_passed(STEADY, measured, probe, rules=Rules(limit=0.01)) == []


def test_no_growth_of_threads_is_too_slow():
    assert not_passed(STEADY, series(FLAT, threads=lambda n: n / 12_000, rounds=45), THREADS) == []


def test_steady_growth_that_once_fell_by_more_than_half_as_much_is_not_steady():
    fallen = lambda by: series(lambda n: 10 * n - by * (n > 20_000))  # noqa: E731
    assert not_passed(STEADY, fallen(600_000), LIVE_BYTES) == ["fall"]
    assert not_passed(STEADY, fallen(300_000), LIVE_BYTES) == []


def test_steady_growth_that_the_warm_up_nearly_came_to_is_the_stack_settling_in():
    settling = lambda rate: series(lambda n: rate * min(n, 13_000) + 3 * n)  # noqa: E731
    assert not_passed(STEADY, settling(30), LIVE_BYTES) == ["settling"]
    assert not_passed(STEADY, settling(6), LIVE_BYTES) == ["settling"]
    assert not_passed(STEADY, settling(3), LIVE_BYTES) == []


@pytest.mark.parametrize("rounds", [2, 4, 30])
def test_growth_at_the_pace_of_the_warm_up_is_not_settling_however_short_the_run(rounds):
    assert not_passed(STEADY, series(lambda n: 3 * n, rounds=rounds), LIVE_BYTES) == []


def test_growth_in_a_short_run_that_keeps_less_than_its_pace_in_the_warm_up_is_settling():
    slower = series(lambda n: 3 * min(n, 12_000) + 2 * n, rounds=4)
    assert not_passed(STEADY, slower, LIVE_BYTES) == ["settling"]


def test_growth_like_a_square_root_slows_down():
    root = series(lambda n: 2_000 * math.sqrt(max(n - 15_000, 0)) + 0.1 * n)
    assert not_passed(STEADY, root, LIVE_BYTES) == ["slowing"]


@pytest.mark.parametrize(("noise", "seed"), [(250_000, 4), (1_000_000, 12)])
def test_growth_that_chance_made_slower_does_not_slow_down(noise, seed):
    noisy = series(lambda n: 3 * n, noise=noise, seed=seed)
    first, second, _ = Evidence(noisy, Rules(), last=False).growth(LIVE_BYTES).halves
    assert second < 0.85 * first
    assert not_passed(STEADY, noisy, LIVE_BYTES) == []


def test_growth_in_the_first_quarter_after_the_warm_up_is_not_held_against_what_follows():
    more = series(lambda n: 10 * n + 20 * min(max(n - 12_000, 0), 18_000))
    assert not_passed(STEADY, more, LIVE_BYTES) == []


def test_growth_in_four_places_may_be_chance():
    assert not_passed(STEADY, series(jumps(45_000, 65_000, 90_000, 110_000)), LIVE_BYTES) == ["increments"]


def places(count):
    """Jumps in so many places, not quite as far apart from one another."""
    return jumps(*(16_000 + 100_000 // count * place + 997 * place % 3_000 for place in range(count)))


def test_growth_in_half_of_all_places_is_growth_and_in_fewer_may_be_chance():
    assert not_passed(STEADY, series(places(8)), LIVE_BYTES) == ["increments"]
    assert not_passed(STEADY, series(places(9)), LIVE_BYTES) == ["increments"]
    assert not_passed(STEADY, series(places(10)), LIVE_BYTES) == []


def test_growth_beside_one_large_jump_is_growth_all_the_same():
    beside = series(lambda n: 20 * n + 3_000_000 * (n > 80_000))
    assert not_passed(STEADY, beside, LIVE_BYTES) == []


def test_growth_in_even_jumps_at_every_other_point_is_growth():
    assert not_passed(STEADY, series(lambda n: 80_000 * ((n + 4_000) // 8_100)), LIVE_BYTES) == []


def test_pages_that_the_kernel_counts_late_grow_steadily():
    page_in_400 = series(FLAT, pages=lambda n: PAGE * (n // 400))
    assert not_passed(STEADY, late_counted(page_in_400, batch=100), MAPPED_PAGES) == []


def test_fewer_pages_than_the_kernel_may_count_late_are_no_growth():
    page_in_1000 = series(FLAT, pages=lambda n: PAGE * (n // 1_000))
    assert not_passed(STEADY, page_in_1000, MAPPED_PAGES) == ["amount"]


# What grows by jumps.


def test_a_table_that_doubles_for_ever_grows_by_jumps():
    assert not_passed(BY_JUMPS, series(doubling, rounds=45)) == []


def test_a_table_that_doubles_within_a_page_or_two_is_too_small_to_be_told():
    assert not_passed(BY_JUMPS, series(lambda n: doubling(n, entry=0.1), rounds=45)) == ["rise"]


@pytest.mark.parametrize(
    "shape",
    [
        lambda n: doubling(min(n, 40_000)),
        lambda n: 300_000 * math.log(n),
        lambda n: n**2 / 10_000,
        lambda n: 3_000 * n**0.6,
        jumps(50_000),
    ],
)
def test_growth_that_ends_fades_or_gathers_pace_is_not_that_of_a_table(shape):
    assert "fourfold" in not_passed(BY_JUMPS, series(shape))


@pytest.mark.parametrize("rounds", [33, 47, 70])
def test_a_table_that_is_made_half_as_large_again_is_not_told_from_chance(rounds):
    half_as_large = lambda n: 4_096 * 1.5 ** math.ceil(math.log(max(n, 2), 1.5))  # noqa: E731
    assert not_passed(BY_JUMPS, series(half_as_large, rounds=rounds)) == ["jumps", "fourfold"]


# What convicts.


def test_a_long_run_of_steady_growth_convicts():
    assert not_passed(CONVICTING, series(lambda n: 20 * n), suspects=(LIVE_BYTES,)) == []


def test_a_short_run_of_steady_growth_convicts_only_if_nothing_more_comes():
    short = series(lambda n: 20 * n, rounds=5)
    assert not_passed(CONVICTING, short, suspects=(LIVE_BYTES,)) == ["horizon of a conviction"]
    assert not_passed(CONVICTING, short, suspects=(LIVE_BYTES,), last=True) == []


def test_a_run_of_fewer_than_ten_thousand_operations_never_convicts_by_little():
    shortest = series(lambda n: 20 * n, rounds=2)
    assert not_passed(CONVICTING, shortest, suspects=(LIVE_BYTES,), last=True) == ["horizon of a conviction"]


def test_a_quarter_of_a_gibibyte_is_horizon_enough_if_it_is_memory_that_grows():
    much = series(lambda n: 1_000_000 * n, threads=lambda n: n / 20, operations=50)
    assert not_passed(CONVICTING, much, suspects=(LIVE_BYTES,)) == []
    assert not_passed(CONVICTING, much, suspects=(THREADS,)) == ["horizon of a conviction"]


def test_growth_by_jumps_convicts_by_the_horizon_that_its_last_jump_came_after():
    table = series(doubling)
    assert not_passed(CONVICTING, table, suspects=(LIVE_BYTES,)) == []
    assert not_passed(CONVICTING, table, suspects=(LIVE_BYTES,), by_jumps=True) == ["horizon of a conviction"]
    longer = series(doubling, rounds=70)
    assert not_passed(CONVICTING, longer, suspects=(LIVE_BYTES,), by_jumps=True) == []


def test_a_container_with_room_left_explains_growth_of_its_entries_and_of_nothing_else():
    explained = filling(100_000, cap=1_000_000)
    assert not_passed(CONVICTING, explained, suspects=(LIVE_BYTES,)) == ["cache"]
    assert not_passed(CONVICTING, explained, suspects=(LIVE_BYTES, BLOCKS)) == ["cache"]
    assert not_passed(CONVICTING, explained, suspects=(LIVE_BYTES, THREADS)) == []


def test_a_container_of_few_entries_does_not_explain_growth():
    assert not_passed(CONVICTING, filling(20_000, cap=1_000_000), suspects=(LIVE_BYTES,)) == []


def test_a_container_explains_growth_until_half_as_many_operations_again_are_over():
    just_full = filling(100_000, cap=110_000, room_until=90_000)
    long_full = filling(100_000, cap=110_000, room_until=60_000)
    assert not_passed(CONVICTING, just_full, suspects=(LIVE_BYTES,)) == ["cache"]
    assert not_passed(CONVICTING, long_full, suspects=(LIVE_BYTES,)) == []


# What acquits.


def test_memory_that_stays_is_acquitted():
    assert not_passed(ACQUITTING, series(FLAT)) == []


def test_the_slowest_growth_that_counts_is_not_acquitted_before_the_horizon_of_a_conviction():
    slow = series(lambda n: 0.035 * n, rounds=10)
    assert not_passed(STEADY, slow, LIVE_BYTES) == []
    assert not_passed(ACQUITTING, slow, suspects=(LIVE_BYTES,)) == ["growing"]
    assert not_passed(ACQUITTING, slow) == []


def test_growth_that_is_sure_though_unsteady_is_a_suspicion_until_the_run_is_over():
    unsteady = series(lambda n: 0.2 * n - 60_000 * (n > 20_000))
    assert not_passed(ACQUITTING, unsteady) == ["suspicion"]
    assert not_passed(ACQUITTING, unsteady, last=True) == []


def test_threads_that_surely_grow_are_a_suspicion_even_if_the_run_is_over():
    few = series(FLAT, threads=lambda n: n / 12_000)
    assert not_passed(ACQUITTING, few, last=True)[0] == "suspicion"


@pytest.mark.parametrize(
    ("descriptors", "goes_on"),
    [
        (lambda n: n // 30_000, True),
        (lambda n: n // 60_000, False),
        (lambda n: min(n, 70_000) // 10_000, False),
        (lambda n: math.floor(4 + 2 * math.log2(1 + n / 100)), False),
        (lambda n: (n // 3_000) % 5, False),
    ],
    ids=["one in 30,000", "one in 60,000", "seven", "two when twice as many are over", "a saw-tooth"],
)
def test_things_that_come_one_by_one_without_end_are_not_acquitted(descriptors, goes_on):
    assert ("again" in not_passed(ACQUITTING, series(FLAT, descriptors=descriptors))) == goes_on


@pytest.mark.parametrize(
    ("small", "large"),
    [
        (series(jumps(45_000, size=30_000), rounds=20), series(jumps(45_000, size=40_000), rounds=20)),
        (
            series(FLAT, pages=jumps(60_000, size=200 * PAGE), rounds=30),
            series(FLAT, pages=jumps(60_000, size=300 * PAGE + 512 * PAGE), rounds=30),
        ),
        (
            series(FLAT, touched=jumps(60_000, size=200 * PAGE), rounds=30),
            series(FLAT, touched=jumps(60_000, size=300 * PAGE), rounds=30),
        ),
    ],
    ids=["live bytes", "mapped pages", "resident pages"],
)
def test_a_large_jump_late_in_the_run_may_come_again_and_a_small_one_is_nothing(small, large):
    assert not_passed(ACQUITTING, small) == []
    assert not_passed(ACQUITTING, large) == ["later"]


def test_a_jump_in_the_first_quarter_has_not_come_again():
    assert not_passed(ACQUITTING, series(jumps(20_000))) == []


def test_a_jump_of_less_than_the_limit_an_operation_is_nothing():
    assert not_passed(ACQUITTING, series(jumps(60_000)), rules=Rules(limit=40)) == []


@pytest.mark.parametrize(
    ("at", "again"),
    [
        ((9_000, 40_000), True),
        ((40_000, 50_000), True),
        ((40_000,), False),
        ((9_000, 20_000), False),
        ((33_000, 37_000, 41_000, 45_000, 49_000, 53_000), False),
    ],
    ids=["before and since", "twice", "once", "in the first quarter", "often"],
)
def test_what_came_a_few_times_may_come_again(at, again):
    rises = series(jumps(*at, size=100_000))
    assert ("rare" in not_passed(ACQUITTING, rises)) == again
    assert "rare" not in not_passed(ACQUITTING, rises, rules=Rules(limit=8))


def test_growth_of_the_limit_would_have_been_seen():
    few = series(FLAT, operations=60, rounds=6, seconds_per_operation=0.1)
    assert few.operations < 400
    assert not_passed(ACQUITTING, few) == ["limit"]
    assert not_passed(ACQUITTING, few, rules=Rules(limit=8)) == []


def test_noise_that_could_hide_growth_of_the_limit_is_not_acquitted():
    noisy = series(FLAT, noise=1_000_000)
    assert not_passed(ACQUITTING, noisy) == ["limit"]
    assert not_passed(ACQUITTING, noisy, rules=Rules(limit=30)) == []


def test_a_fall_is_no_credit_for_growth_of_the_limit():
    falling = series(lambda n: -20 * n, noise=1_000_000)
    assert Evidence(falling, Rules(), last=False).growth(LIVE_BYTES).interval.high < 0
    assert "limit" in not_passed(ACQUITTING, falling)


def test_what_drains_could_hide_what_grows():
    assert not_passed(ACQUITTING, series(lambda n: -20 * n)) == ["drain"]
    assert not_passed(ACQUITTING, series(lambda n: -0.3 * n)) == []


def test_what_is_given_back_at_once_does_not_drain():
    assert not_passed(ACQUITTING, series(jumps(70_000, size=-40_000))) == []


def test_a_short_run_is_acquitted_only_if_nothing_more_comes():
    short = series(FLAT, rounds=5)
    assert not_passed(ACQUITTING, short) == ["horizon of an acquittal"]
    assert not_passed(ACQUITTING, short, last=True) == []
    assert not_passed(ACQUITTING, series(FLAT, rounds=2), last=True) == ["horizon of an acquittal"]


def test_an_acquittal_of_a_stack_takes_so_many_operations_however_long_they_take():
    slow = series(FLAT, rounds=5, operations=300, seconds_per_operation=0.01)
    few = slow.operations
    assert 1_000 < few < 2_000
    assert not_passed(ACQUITTING, slow) == []
    asked = Rules(fewest=2_000)
    for last in (False, True):
        assert not_passed(ACQUITTING, slow, rules=asked, last=last) == ["horizon of an acquittal"]
    more = series(FLAT, rounds=8, operations=300, seconds_per_operation=0.01)
    assert more.operations > 2_000
    assert not_passed(ACQUITTING, more, rules=asked) == []
