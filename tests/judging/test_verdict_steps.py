"""Verdicts of memory that grows by steps: tables that are made larger, caches that fill, jumps that come again."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Cap, Round, Sample, Series
from find_mem_leaks.judging.verdict import Verdict, judge
from series_of import series

RULES = Rules()
seeds = st.integers(0, 10_000)


def filling(before, after, cap):
    measured = series(lambda n: 200 * n, lambda n: 3 * n)
    return Series(measured.rounds, (Cap("lru_cache of own.load", before, after, cap),))


def test_growth_that_a_cache_with_room_left_explains_is_not_yet_a_leak():
    found = judge(filling(10_000, 130_000, 1_000_000), RULES)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "while lru_cache of own.load (130,000 of 1,000,000 entries) filled: run at least " in found.reason


@pytest.mark.parametrize(("before", "after", "cap"), [(10, 500, 1_000), (10_000, 130_000, 130_000)])
def test_growth_beyond_what_a_cache_can_explain_is_a_leak(before, after, cap):
    assert judge(filling(before, after, cap), RULES).verdict is Verdict.LEAKING


def test_a_cache_that_filled_is_named():
    measured = series(lambda n: 100 * min(n, 20_000))
    capped = Series(measured.rounds, (Cap("lru_cache of own.load", 9_000, 20_000, 20_000),))
    found = judge(capped, RULES)
    assert found.verdict is Verdict.BOUNDED
    assert "filled: lru_cache of own.load (20,000 of 20,000 entries)" in found.reason


def test_a_cache_that_shrank_did_not_fill():
    measured = series(lambda n: 100 * min(n, 20_000))
    found = judge(Series(measured.rounds, (Cap("lru_cache of own.load", 450, 3, 500),)), RULES)
    assert found.verdict is Verdict.BOUNDED
    assert "filled" not in found.reason


def test_where_operations_take_long_too_few_looks_want_more_seconds():
    samples = tuple(Sample(number, 4.0, 0, 0, 0, 0) for number in range(1, 6))
    slow = Round(5, (0, 0, 0, 0), warm_up=True, initial_rss=0, final_rss=0, anonymous=0, peak=0, samples=samples)
    reason = "0 looks at memory are too few for a verdict, which takes 24: run more operations; one takes 4 s: give it "
    assert judge(Series((slow,)), RULES).reason == reason + "`--time-cap 192`"


def test_of_too_few_looks_it_is_said_how_many_there_were():
    *warm_up, round_ = series(lambda n: 0).rounds[:4]
    looks = round_.samples[:16]
    found = judge(Series((*warm_up, replace(round_, samples=(*looks, looks[-1])))), RULES)
    assert found.reason.startswith("16 looks at memory are too few for a verdict, which takes 24")


def test_a_list_that_over_allocates_by_an_eighth_is_a_leak():
    def allocated(n):
        size = 0
        while size < n:
            size += (size >> 3) + 6
        return 8 * size

    assert judge(series(allocated), RULES).verdict is Verdict.LEAKING


@pytest.mark.parametrize("at", [20_000, 60_000, 80_000])
def test_a_jump_may_come_again_until_four_times_as_many_operations_are_over(at):
    grown = series(lambda n: 1_000_000 * (n >= at), rounds=24)
    found = judge(grown, RULES)
    assert found.verdict is (Verdict.INCONCLUSIVE if grown.operations < 3 * at else Verdict.BOUNDED)
    assert found.decided is (found.verdict is Verdict.BOUNDED)
    assert judge(series(lambda n: 1_000_000 * (n >= at), rounds=100), RULES).decided


def test_jumps_that_come_again_and_again_are_a_leak():
    found = judge(series(lambda n: 1_000_000 * (n // 65_536), rounds=170), RULES)
    assert found.verdict is Verdict.LEAKING


@pytest.mark.parametrize(("size", "verdict"), [(30_000, Verdict.CLEAN), (500_000, Verdict.INCONCLUSIVE)])
def test_a_jump_that_is_less_than_the_limit_an_operation_is_none(size, verdict):
    found = judge(series(lambda n: size * (n >= 45_000), rounds=24), RULES, last=True)
    assert found.verdict is verdict


@pytest.mark.parametrize("every", [30_000, 40_000, 50_000])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rounds", [11, 16, 24])
def test_slabs_that_are_more_than_the_limit_an_operation_are_not_acquitted_before_the_second(every, seed, rounds):
    found = judge(series(lambda n: 1.2 * every * (n // every), rounds=rounds, seed=seed), RULES)
    assert found.verdict in {Verdict.LEAKING, Verdict.INCONCLUSIVE} or found.operations < 0.9 * every


def doubling(n, factor=2.0):
    size = 4_096.0
    while size < n * 8:
        size *= factor
    return size


@pytest.mark.parametrize("factor", [1.5, 2.0, 4.0])
@pytest.mark.parametrize("rounds", [33, 47, 70])
def test_a_table_that_is_made_several_times_as_large_is_never_acquitted(factor, rounds):
    """Half of what was measured, or three quarters, may lie between two of its jumps."""
    found = judge(series(lambda n: doubling(n, factor), rounds=rounds), RULES)
    assert found.verdict in {Verdict.LEAKING, Verdict.INCONCLUSIVE}


@given(seeds, st.integers(100, 400))
@settings(max_examples=20)
def test_a_table_that_doubles_for_ever_is_a_leak_of_its_size(seed, rounds):
    """Where a fold of the operations ends right at a jump, the next look tells."""
    looks = [series(doubling, rounds=rounds + more, operations=4_000, seed=seed) for more in (0, 40)]
    verdicts = [judge(measured, RULES) for measured in looks]
    assert {found.verdict for found in verdicts} <= {Verdict.LEAKING, Verdict.INCONCLUSIVE}
    leaking = [found.bytes for found in verdicts if found.verdict is Verdict.LEAKING]
    assert leaking
    assert all(size.low <= 8 <= size.high for size in leaking)


@given(seeds, st.integers(30, 50_000))
@settings(max_examples=50)
def test_a_table_that_stops_doubling_is_no_leak_once_its_next_jump_is_overdue(seed, entries):
    found = judge(series(lambda n: doubling(min(n, entries)), rounds=60, seed=seed), RULES)
    assert found.verdict in {Verdict.BOUNDED, Verdict.CLEAN}


def test_one_jump_of_a_table_does_not_hide_steady_growth():
    assert judge(series(lambda n: 20 * n + 3_000_000 * (n > 80_000)), RULES).verdict is Verdict.LEAKING


@given(seeds, st.integers(500, 24_000), st.integers(16, 2_000))
@settings(max_examples=50)
def test_a_cache_that_filled_is_bounded_or_clean(seed, entries, size):
    found = judge(series(lambda n: size * min(n, entries), seed=seed), RULES)
    assert found.verdict in {Verdict.BOUNDED, Verdict.CLEAN}


def test_a_cache_that_filled_after_the_warm_up_says_by_how_much_it_grew():
    found = judge(series(lambda n: 100 * min(n, 20_000)), RULES)
    assert found.verdict is Verdict.BOUNDED
    [grew_by] = re.findall(r"grew by ([\d,]+) bytes, then slowed", found.reason)
    assert 100_000 < int(grew_by.replace(",", "")) < 1_000_000


def test_a_cache_that_is_still_filling_by_chance_hits_is_no_leak():
    found = judge(series(lambda n: 100 * 60_000 * (1 - math.exp(-n / 60_000))), RULES, last=True)
    assert found.verdict is Verdict.INCONCLUSIVE
