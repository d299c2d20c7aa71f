"""What a process that nobody touched adds to a verdict: shapes of known truth, and never an acquittal."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from find_mem_leaks.judging.hands_off import Kind, find, is_decided, with_hands_off
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Held
from find_mem_leaks.judging.verdict import Verdict, judge
from series_of import deployed, series

MIB = 1 << 20
RULES = Rules()
CLEAN = judge(series(lambda n: 0, rounds=60), RULES)
LEAKING = judge(series(lambda n: 20 * n, rounds=60), RULES)
FLAT = deployed(lambda n: 0)
# A cycle of two kilobytes from each operation, under a threshold that is not reached.
NEVER = deployed(
    lambda n: 2_000 * n,
    garbage=(200_000_000, 0, 0),
    thresholds=(1_000_000_000, 10, 10),
    objects=100_000,
)


def teeth(n):
    """Garbage of 20 MB that is collected every 10,000 operations."""
    return 2_000 * (n % 10_000)


def failed(found):
    return [outcome.test for outcome in found.tests if not outcome.passed]


def test_memory_that_stays_level_adds_how_level():
    found = find(deployed(lambda n: min(10 * n, 300_000)), RULES)
    assert (found.kind, found.doubt, found.is_sawtooth) == (None, "", False)
    assert found.words == "resident memory stayed within 300.0 kB over 100,000 operations hands-off"
    assert with_hands_off(CLEAN, FLAT, RULES).verdict is Verdict.CLEAN


def test_garbage_that_is_never_collected_convicts_and_names_the_setting():
    found = find(NEVER, RULES)
    assert found.kind is Kind.GARBAGE
    assert found.convicted_by == ("uncollected_bytes",)
    assert "2.0 kB per operation: the next collection in 1e+09 operations, at 2.0 TB" in found.words
    assert "thresholds 1,000,000,000, 10, 10" in found.words
    judged = with_hands_off(CLEAN, NEVER, RULES)
    assert judged.verdict is Verdict.LEAKING
    assert judged.bytes.rate == pytest.approx(2_000)
    assert judged.reason == found.words


def test_a_collector_that_is_off_is_told_as_such():
    off = deployed(lambda n: 2_000 * n, garbage=(200_000_000, 0, 0), enabled=False)
    assert find(off, RULES).words.endswith("2.0 kB per operation: the collector is off")


def test_garbage_of_so_few_operations_that_as_many_objects_went_as_came_convicts_nobody():
    few = deployed(lambda n: 25_000 * n, garbage=(2_400_000, 0, 0), objects=-20, operations=96)
    found = find(few, RULES)
    assert found.convicted_by == ()
    assert "the collector is off" not in found.words


def test_garbage_that_is_collected_soon_convicts_nobody():
    soon = deployed(lambda n: 2_000 * n, garbage=(200_000_000, 0, 0), thresholds=(120_000, 10, 10), objects=100_000)
    found = find(soon, RULES)
    assert found.kind is None
    assert "height of garbage" in failed(found)


@pytest.mark.parametrize(("operations", "verdict"), [(100_000, Verdict.LEAKING), (20_000, Verdict.INCONCLUSIVE)])
def test_a_collection_that_does_not_come_though_it_is_due_convicts_once_enough_was_seen(operations, verdict):
    """As where code collects the youngest generation itself, so that the older ones never have their turn."""
    passed_on = deployed(
        lambda n: 2_000 * n, garbage=(2_000 * operations, 0, 0), objects=100_000, operations=operations
    )
    judged = with_hands_off(CLEAN, passed_on, RULES)
    assert judged.verdict is verdict
    assert judged.reason.endswith("generation 0 was due to be collected after 700 operations, and never was") == (
        verdict is Verdict.LEAKING
    )
    little = deployed(lambda n: 50 * n, garbage=(1_000_000, 0, 0), objects=100_000, operations=20_000)
    judged = with_hands_off(CLEAN, little, RULES)
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert judged.reason == (
        "garbage piles up, 50 B per operation: generation 0 was due to be collected after 140 operations, and never was"
    )


def test_growth_that_is_not_garbage_is_not_called_garbage():
    live = deployed(lambda n: 2_000 * n, garbage=(90_000_000, 0, 0), thresholds=(10**9, 10, 10), objects=100_000)
    assert find(live, RULES).kind is None
    assert "most is garbage" in failed(find(live, RULES))


def test_garbage_of_the_start_that_nobody_adds_to_is_no_growth():
    start = deployed(lambda n: 0, garbage=(0, 0, 5_000_000), thresholds=(10**9, 10, 10), objects=100_000)
    assert find(start, RULES).doubt == ""


def test_a_saw_tooth_of_garbage_that_was_seen_to_fall_is_bounded():
    seen = deployed(teeth, collections=lambda n: n // 10_000)
    judged = with_hands_off(CLEAN, seen, RULES)
    assert judged.verdict is Verdict.BOUNDED
    assert "memory rose and fell by" in judged.reason
    assert "with 10 full collections" in judged.reason


def test_a_small_saw_tooth_stays_clean():
    small = deployed(lambda n: teeth(n) / 10, collections=lambda n: n // 10_000)
    assert with_hands_off(CLEAN, small, RULES).verdict is Verdict.CLEAN


def test_a_height_that_was_never_seen_to_fall_is_not_clean():
    unseen = deployed(lambda n: 9 * n, garbage=(900_000, 0, 0), thresholds=(10_000_000, 10, 10), objects=100_000)
    judged = with_hands_off(CLEAN, unseen, RULES)
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert judged.reason.startswith("garbage would come to 89,9")


def test_a_few_bytes_are_no_garbage_however_far_the_next_collection_is():
    few = deployed(lambda n: n // 50, garbage=(2_000, 0, 0), objects=2)
    found = find(few, RULES)
    assert few.until_collected(0) > 10**7
    assert (found.kind, found.doubt) == (None, "")


def test_memory_that_still_rises_undoes_an_acquittal():
    rising = deployed(lambda n: 0, lambda n: 40 * n)
    judged = with_hands_off(CLEAN, rising, RULES)
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert "resident memory grew by" in judged.reason
    assert judged.convicted_by == ()


def test_memory_that_an_allocator_keeps_without_bound_convicts():
    kept = deployed(lambda n: 0, lambda n: 1_000 * n, operations=250_000)
    judged = with_hands_off(CLEAN, kept, RULES)
    assert judged.verdict is Verdict.LEAKING
    assert judged.convicted_by == ("resident_memory",)
    assert judged.reason.startswith(Kind.KEPT)
    assert judged.bytes.rate == pytest.approx(1_000)


@pytest.mark.parametrize(
    ("kept", "test"),
    [
        (lambda n: 200 * n, "resident memory rises"),
        (lambda n: 150e6 * (1 - 0.5 ** (n / 30_000)), "resident memory rises"),
        (lambda n: 100e6 * (n > 60_000), "resident memory rises"),
    ],
)
def test_what_an_allocator_keeps_convicts_only_if_it_is_much_and_goes_on(kept, test):
    found = find(deployed(lambda n: 0, kept, operations=250_000), RULES)
    assert found.kind is None
    assert test in failed(found)


def test_a_short_part_does_not_convict_an_allocator():
    found = find(deployed(lambda n: 0, lambda n: 4_000 * n, operations=50_000), RULES)
    assert found.kind is None
    assert "horizon hands off" in failed(found)


def test_a_leak_stays_what_it_is():
    judged = with_hands_off(LEAKING, NEVER, RULES)
    assert judged.verdict is Verdict.LEAKING
    assert judged.convicted_by == LEAKING.convicted_by
    assert judged.reason == LEAKING.reason
    assert judged.bytes == LEAKING.bytes


@pytest.mark.parametrize(
    ("made", "decided"),
    [
        (FLAT, True),
        (deployed(lambda n: 0, lambda n: 40 * n), False),
        (deployed(lambda n: 3_000 * n), True),
        (deployed(lambda n: 5_000 * (n % 60_000)), False),
        (deployed(lambda n: 0, lambda n: 1_000 * n, operations=250_000), True),
        (deployed(lambda n: 11_000 * n if n > 50_000 else 0), True),
    ],
)
def test_a_part_goes_on_until_memory_is_level_or_could_convict(made, decided):
    assert is_decided(made, RULES) == decided


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from([700, 50_000, 10**9]))
def test_the_hands_off_part_never_acquits(live, kept, threshold):
    made = deployed(
        lambda n: live * n, lambda n: kept * n, thresholds=(threshold, 10, 10), objects=50_000, garbage=(live, 0, 0)
    )
    undecided = judge(series(lambda n: 3 * n, rounds=2), RULES)
    assert with_hands_off(undecided, made, RULES).verdict in {Verdict.INCONCLUSIVE, Verdict.LEAKING}
    assert with_hands_off(LEAKING, made, RULES).verdict is Verdict.LEAKING


def test_memory_that_timers_hold_for_a_while_is_no_growth():
    rising = deployed(lambda n: 0, lambda n: 40 * n)
    rise = rising.rss[-1] - rising.rss[0]
    of_all = Held("Protocol.end", "", 0, rise / rising.operations, rising.seconds + 1)
    assert find(rising, RULES, (of_all,)).doubt == ""
    assert find(rising, RULES, (replace(of_all, seconds=rising.seconds / 100),)).doubt
    assert is_decided(rising, RULES, (of_all,))
    assert not is_decided(rising, RULES)
