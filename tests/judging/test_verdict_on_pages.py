"""Verdicts on memory that no allocator counts: pages mapped elsewhere, and pages of older mappings come into use."""

from dataclasses import replace

import pytest

from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Series
from find_mem_leaks.judging.verdict import Verdict, judge
from series_of import series

RULES = Rules()


def test_pages_that_no_allocator_counts_convict_and_are_counted_in():
    found = judge(series(lambda n: 100 * n, pages=lambda n: 4_096 * n), RULES)
    assert found.verdict is Verdict.LEAKING
    assert found.convicted_by == ("live_bytes", "mapped_pages")
    assert found.bytes.low <= 4_196 <= found.bytes.high


def test_a_leak_within_memory_that_was_reserved_at_once_is_counted_once():
    found = judge(series(lambda n: 1_000 * n, reserved=lambda n: 1e9 * min(1, n / 30_000)), RULES)
    assert found.convicted_by == ("live_bytes",)
    assert found.bytes.low <= 1_000 <= found.bytes.high


def test_pages_alone_that_are_few_do_not_convict():
    found = judge(series(lambda n: 0, pages=lambda n: 100_000 * min(1, n / 100_000)), RULES)
    assert found.verdict is Verdict.CLEAN


def test_pages_of_an_old_mapping_that_come_into_use_without_end_convict():
    """As those of an allocator that reserves a gibibyte at once."""
    found = judge(series(lambda n: 10 * n, touched=lambda n: 4_096 * n), RULES)
    assert found.convicted_by == ("live_bytes", "resident_pages")
    assert found.bytes.low <= 4_106 <= found.bytes.high


def test_pages_of_an_old_mapping_are_a_suspicion_as_long_as_they_may_be_a_buffer_that_fills():
    found = judge(series(lambda n: 0, touched=lambda n: 400 * n), RULES, last=True)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.reason.startswith("resident pages grew")


@pytest.mark.parametrize("rate", [2_000, 8_192])
def test_a_buffer_of_an_allocator_that_is_filled_for_the_first_time_does_not_convict(rate):
    size = 512 * 1024 * 1024
    filled = series(lambda n: size, touched=lambda n: min(rate * n, size))
    assert judge(filled, RULES, last=True).verdict is not Verdict.LEAKING


def test_memory_that_files_back_does_not_convict():
    read = series(lambda n: 0)
    rounds = [
        replace(made, samples=tuple(replace(each, rss=each.rss + 4_096 * each.operations) for each in made.samples))
        for made in read.rounds
    ]
    assert judge(Series(tuple(rounds)), RULES).verdict is Verdict.CLEAN


def test_pages_that_seem_to_grow_count_in_a_leak_of_live_bytes():
    found = judge(series(lambda n: 10 * n, touched=lambda n: 100 * n), RULES)
    assert found.convicted_by == ("live_bytes",)
    assert found.bytes.low <= 110 <= found.bytes.high


def test_pages_that_are_taken_by_the_megabyte_are_not_acquitted():
    """As by an allocator of its own, and not at every point."""
    found = judge(series(lambda n: 0, pages=lambda n: 3_000_000 * (n // 40_000), rounds=30), RULES)
    assert found.verdict is Verdict.INCONCLUSIVE
    longer = judge(series(lambda n: 0, pages=lambda n: 3_000_000 * (n // 40_000), rounds=150), RULES)
    assert longer.verdict is Verdict.LEAKING


def test_pages_that_the_allocators_give_back_and_take_again_are_none_elsewhere():
    sawtooth = series(lambda n: 70 * (n % 50_000), rounds=60)
    rounds = [
        replace(
            made,
            samples=tuple(
                replace(each, rss=each.rss - (each.live_bytes - 5_000_000) // 4 + 9_000_000 * (number < 9))
                for each in made.samples
            ),
        )
        for number, made in enumerate(sawtooth.rounds)
    ]
    found = judge(Series(tuple(rounds)), RULES)
    assert not {name for name in ("mapped_pages", "resident_pages") if found.growth[name].rate}


@pytest.mark.parametrize("reserved", [1, 3, 7])
@pytest.mark.parametrize("every", [200, 500])
def test_mappings_of_which_only_a_part_is_used_are_a_leak_all_the_same(every, reserved):
    used = lambda n: 4_096 * (n // every)  # noqa: E731
    found = judge(series(lambda n: 0, pages=used, reserved=lambda n: reserved * used(n), rounds=60), RULES)
    assert found.verdict is Verdict.LEAKING
    assert found.convicted_by == ("mapped_pages",)


def test_memory_that_is_reserved_in_the_middle_of_a_run_is_not_mapped_pages():
    found = judge(series(lambda n: 0, reserved=lambda n: 64_000_000 * (n >= 45_000), rounds=24), RULES)
    assert found.verdict is Verdict.CLEAN
    assert found.growth["mapped_pages"].rate == 0
