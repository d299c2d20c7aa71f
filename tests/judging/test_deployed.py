"""The account of resident memory, and how far a collector is from its next collection."""

import math
from dataclasses import replace

import pytest

from find_mem_leaks.judging.deployed import PARTS
from series_of import deployed


def with_figures(made, begin, end, settled):
    """The same with some figures changed: before, at the end and after collecting."""
    end = {**made.end, **end, "settled": {**made.end["settled"], **settled}}
    return replace(made, begin={**made.begin, **begin}, end=end)


def test_growth_is_from_before_the_first_operation_to_the_end():
    made = deployed(lambda n: 10 * n, lambda n: n)
    assert made.operations == 100_000
    assert made.growth == 11 * 100_000
    assert made.peak == made.rss[-1]
    assert made.seconds == made.elapsed == pytest.approx(10)


def test_each_part_of_the_account_is_what_was_read_of_it():
    made = with_figures(
        deployed(lambda n: 0, garbage=(1_000, 20_000, 150_000)),
        begin={
            "rss": 30e6, "anonymous": 20e6, "shared": 0, "elsewhere": 100e6, "blocks": 5e6, "arenas": 6e6,
            "handed_out": 7e6, "kept": 1e6, "large": 2e6, "waiting": [1_000, 20_000],
            "free_lists": 100_000,
        },
        end={
            "rss": 60e6, "anonymous": 44.5e6, "shared": 4e6, "elsewhere": 102e6, "blocks": 6e6, "arenas": 12e6,
            "handed_out": 16e6, "kept": 5e6, "large": 5e6, "untouched": 0.5e6, "free_lists": 150_000,
        },
        settled={"blocks": 5.7e6, "handed_out": 15.979e6},
    )  # fmt: skip
    assert made.account == {
        "python": pytest.approx(0.7e6 + 1_000 + 100_000 + 3e6),
        "native": pytest.approx(8.979e6 + 20_000 - 3e6),
        "garbage": 150_000,
        "kept_by_python": pytest.approx(4.5e6 + 50_000),
        "kept_by_heap": pytest.approx(4e6),
        "mapped": pytest.approx(2e6),
        "shared": pytest.approx(4e6),
        "files": pytest.approx(1.5e6),
        "children": 0,
        "left": 0,
    }
    assert list(made.account) == [part for part in PARTS if part != "unread_heap"]
    assert made.left_over == pytest.approx(30e6 - sum(made.account.values()))
    assert made.left_over == pytest.approx(4e6)


@pytest.mark.parametrize(
    ("unreachable", "collected", "garbage"), [(30, [0, 10, 20], 0), (30, [0, 10, 21], 90_000), (None, [0], 90_000)]
)
def test_garbage_has_grown_only_if_objects_have_come_to_it(unreachable, collected, garbage):
    made = with_figures(
        deployed(lambda n: 0, garbage=(0, 0, 100_000)),
        {"waiting": [10_000, 0], "unreachable": unreachable},
        {"collected": collected},
        {"blocks": 0},
    )
    assert made.account["garbage"] == garbage
    assert made.account["garbage"] + made.account["python"] == 100_000


def test_what_is_mapped_and_not_resident_is_no_part():
    reserved = with_figures(deployed(lambda n: 0), {}, {"elsewhere": 64e6}, {})
    assert reserved.account["mapped"] == 0
    assert reserved.left_over == 0


def test_child_processes_and_shared_memory_are_part_of_the_growth():
    made = with_figures(deployed(lambda n: n), {}, {"children": 5_000, "left": 9_000, "shared": 0}, {})
    assert made.growth == 100_000 + 14_000
    assert (made.account["children"], made.account["left"]) == (5_000, 9_000)


def test_of_an_allocator_that_tells_a_part_what_it_holds_is_not_called_kept():
    made = with_figures(deployed(lambda n: 0, lambda n: n), {}, {"blind": True}, {})
    assert made.account["unread_heap"] == 100_000
    assert "kept_by_heap" not in made.account


def test_a_process_that_cannot_tell_leaves_a_part_out():
    made = deployed(lambda n: 8 * n, lambda n: n)
    silent = with_figures(made, {"large": None}, {"kept": None, "large": 9_000}, {})
    assert "kept_by_heap" not in silent.account
    assert silent.account["python"] == 0
    assert silent.left_over == 100_000


@pytest.mark.parametrize(("generation", "objects"), [(0, 700), (1, 700 * 11), (2, 700 * 11 * 11)])
def test_a_generation_is_collected_after_so_many_of_the_younger_one(generation, objects):
    made = deployed(lambda n: 0, objects=200_000)
    assert made.period(generation) == pytest.approx(objects / 2)


def test_objects_that_were_collected_on_the_way_count_as_made():
    made = deployed(lambda n: 0, collections=lambda n: n / 700 / 3, objects=0)
    assert made.until_collected(0) == pytest.approx(700, rel=0.02)


def test_everything_is_collected_only_once_a_quarter_is_new():
    made = deployed(lambda n: 0, objects=100_000)
    grown = with_figures(made, {}, {"generations": [0, 0, 10_100]}, {})
    assert grown.period(2) == pytest.approx(10_000 / 4 / (100 / 100_000))
    frozen = with_figures(made, {}, {"generations": [0, 0, 10_100], "frozen": 40_000}, {})
    assert frozen.period(2) == pytest.approx(5 * grown.period(2))


def test_a_collection_that_was_long_due_and_did_not_come_will_not():
    """As where code collects the youngest generation itself, again and again."""
    made = deployed(lambda n: 0, objects=4_000)
    assert made.period(0) == pytest.approx(17_500)
    assert made.until_collected(0) == math.inf
    assert made.until_collected(1) == made.period(1) < math.inf
    collected = replace(made, collections=((0, 0, 0), (1, 0, 0)))
    assert collected.until_collected(0) == collected.period(0) < math.inf


@pytest.mark.parametrize("settings", [{"enabled": False}, {"thresholds": (0, 10, 10)}, {"objects": 0}])
def test_a_collector_that_never_comes_takes_for_ever(settings):
    made = deployed(lambda n: 0, **{"objects": 100_000, **settings})
    assert made.until_collected(0) == math.inf


def test_a_generation_was_collected_if_it_or_an_older_one_was():
    made = deployed(lambda n: 0)
    young = replace(made, collections=((0, 0, 0), (3, 0, 0)))
    assert [young.is_collected(each) for each in range(3)] == [True, False, False]
    full = replace(made, collections=((0, 0, 0), (3, 0, 1)))
    assert [full.is_collected(each) for each in range(3)] == [True, True, True]
    assert full.full_collections == 1


def test_the_most_operations_within_some_time_are_those_of_its_fastest_stretches():
    made = replace(deployed(lambda n: 0), at=(10, 20, 40, 90, 100, 105), took=(1.0, 1.0, 1.0, 1.0, 1.0, 1.0))
    assert made.most_within(1.0) == 50
    assert made.most_within(2.0) == 70
    assert made.most_within(100.0) == 105
