import random

import pytest

from cells import cell, failed
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import Verdict, judge
from find_mem_leaks.reports.rare import CHANCE, rare
from series_of import series


def test_a_clean_cell_says_what_rare_event_would_have_been_seen():
    assert rare(cell(operations=2_000)) == (
        "An event that keeps 33 kB, once in 2,000 operations, would have been seen with 63%; a rarer or a smaller one "
        "less likely."
    )


@pytest.mark.parametrize(
    ("operations", "limit", "size"), [(1_000_000, 1, "250 kB"), (10_000_000, 1, "2.5 MB"), (100_000, 8, "200 kB")]
)
def test_the_more_operations_the_larger_is_the_event(operations, limit, size):
    assert f"keeps {size}, once in {operations:,}" in rare(cell(operations=operations, rules=Rules(limit=limit)))


@pytest.mark.parametrize("other", [cell(16), failed(), cell(verdict=Verdict.BOUNDED)])
def test_a_cell_that_is_not_clean_says_nothing_of_it(other):
    assert rare(other) == ""


def of_events(operations, size, seed):
    """Whether events that come once in so many operations, at any, were seen in as many."""
    rng, at, events = random.Random(seed), 0.0, []
    while at < 2 * operations:
        at += rng.expovariate(1 / operations)
        events.append(at)
    measured = series(
        lambda n: size * sum(event <= n for event in events),
        rounds=20,
        operations=operations // 20,
        seconds_per_operation=5.5 / operations,
        seed=seed,
    )
    return judge(measured, Rules()).verdict is not Verdict.CLEAN


@pytest.mark.parametrize("operations", [2_000, 200_000])
def test_events_are_seen_as_often_as_it_says(operations):
    times = 40
    seen = sum(of_events(operations, max(32_768, operations / 4) * 1.05, seed) for seed in range(times))
    assert abs(seen / times - CHANCE) < 0.15
