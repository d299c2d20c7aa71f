"""Verdicts on what is in no memory of the measured process: child processes, their memory, and shared memory."""

from dataclasses import replace

import pytest

from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Child
from find_mem_leaks.judging.verdict import Verdict, grown_children, judge
from series_of import series

RULES = Rules()


def flat(_):
    return 0


def one(_):
    return 1


def test_memory_of_a_child_convicts_is_counted_in_and_names_it():
    grown = series(flat, processes=one, children=lambda n: 2_000 * n)
    child = Child(4711, "ForkProcess-1, python, forked", 0, 2_000 * grown.operations)
    found = judge(replace(grown, children=(child,)), RULES)
    assert found.verdict is Verdict.LEAKING
    assert found.convicted_by == ("memory_of_child_processes",)
    assert found.bytes.low <= 2_000 <= found.bytes.high
    assert found.reason.endswith(
        "memory of child processes +2,000 B/op; child process 4711 (ForkProcess-1, python, forked) grew by 2,000 B/op"
    )


def test_a_child_is_not_named_where_something_else_grows():
    grown = series(lambda n: 100 * n, processes=one)
    found = judge(replace(grown, children=(Child(4711, "python", 0, 900_000),)), RULES)
    assert "child" not in found.reason


def test_the_children_that_make_up_most_of_it_are_named():
    children = [
        Child(pid, "python", 0, grown) for pid, grown in ((1, 900), (2, 800), (3, 700), (4, 650), (5, 3), (6, -9))
    ]
    named = grown_children(replace(series(flat, rounds=4), children=tuple(children)))
    assert [name.split()[2] for name in named] == ["1", "2", "3"]
    assert grown_children(replace(series(flat), children=(Child(1, "python", 5, 5),))) == []


@pytest.mark.parametrize("rate", [150, 400])
def test_sure_growth_of_a_child_that_is_not_enough_to_convict_leaves_a_cell_undecided(rate):
    found = judge(series(flat, processes=one, children=lambda n: rate * n, rounds=10), RULES)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.reason.startswith("memory of child processes grew over")


def test_growth_of_a_child_within_the_limit_does_not():
    measured = series(flat, processes=one, children=lambda n: 100 * n, rounds=10)
    assert judge(measured, replace(RULES, limit=150.0)).verdict is Verdict.CLEAN


def test_a_child_that_moves_by_arenas_and_garbage_is_clean():
    moving = series(flat, processes=one, children=lambda n: 8_000_000 * (n % 5_000 > 2_500))
    assert judge(moving, RULES).verdict is Verdict.CLEAN


def test_shared_memory_that_is_mapped_too_is_counted_once():
    found = judge(series(flat, pages=lambda n: 4_096 * n, shared=lambda n: 4_096 * n), RULES)
    assert found.convicted_by == ("mapped_pages", "shared_memory", "shared_memory_segments")
    assert found.bytes.low <= 4_096 <= found.bytes.high


def test_shared_memory_that_is_closed_is_counted():
    found = judge(series(flat, shared=lambda n: 4_096 * n), RULES)
    assert found.convicted_by == ("shared_memory", "shared_memory_segments")
    assert found.bytes.low <= 4_096 <= found.bytes.high


def test_thinning_keeps_the_children():
    child = Child(1, "python", 0, 5)
    assert replace(series(flat, rounds=8), children=(child,)).thinned().children == (child,)
