"""What asv makes of a cell's figures: which of them it marks, and which it takes for noise."""

import json
import math
from dataclasses import replace

import pytest
from asv.commands.compare import _is_result_better
from asv_runner.statistics import compute_stats

from cells import cell
from find_mem_leaks import results
from find_mem_leaks.history import figures
from find_mem_leaks.judging.growth import Interval

# What `asv continuous` marks from on if it is not told otherwise.
FACTOR = 1.1
NAMES = ("leaked", "blocks", "limit", "rss_growth", "seconds")


def of(made, *, times=1):
    """A cell's figures, its operations taking so many times as long."""
    record = json.loads(json.dumps(results.to_json([made])))["cells"][0]
    for round_ in record["rounds"]:
        round_["seconds"] *= times
    return figures.of(record)


def read(told):
    """A figure as asv keeps it: its value, its statistics and its samples."""
    if not isinstance(told, dict):
        return told, None, None
    return *compute_stats(told["samples"], told["number"]), told["samples"]


def marked(before, after, *, samples=True):
    """Which figures asv marks as worse, by samples or by the intervals alone."""
    found = set()
    for name in NAMES:
        (old, *known), (new, *known_now) = (read(figures.told(each, name)) for each in (before, after))
        kept = slice(2) if samples else slice(1)
        pairs = [[*each[kept], None][:2] for each in (known, known_now)]
        if _is_result_better(old, new, *pairs, FACTOR):
            found.add(name)
    return found


def leaking(rate, low, high):
    blocks = Interval(rate / 100, low / 100, high / 100)
    made = cell(rate, bytes_per_operation=rate, interval=(low, high), convicted_by=("live_bytes", "blocks"))
    return of(replace(made, growth={**made.growth, "blocks": blocks}))


@pytest.mark.parametrize("name", NAMES)
def test_asv_makes_the_figure_and_its_interval_of_what_it_is_told(name):
    found = leaking(100, 95, 105)
    value, stats, _ = read(figures.told(found, name))
    assert value == found[name]
    assert (stats["ci_99_a"], stats["ci_99_b"]) == pytest.approx(found["intervals"][name])
    json.dumps(figures.told(found, name), allow_nan=False)


def test_growth_of_none_is_a_plain_zero_that_any_leak_stands_out_from():
    found = of(cell())
    assert figures.told(found, "leaked") == figures.told(found, "blocks") == 0.0
    for samples in (True, False):
        assert {"leaked", "limit"} <= marked(of(cell()), of(cell(100)), samples=samples)
        assert "leaked" in marked(of(cell()), leaking(9, 8.5, 9.5), samples=samples)


@pytest.mark.parametrize("samples", [True, False])
def test_a_leak_that_reads_a_little_otherwise_is_not_marked(samples):
    # Two runs of one commit; the interval of the first is narrow, and the other lies outside.
    assert marked(leaking(2890, 2850, 2930), leaking(3380, 3000, 4030), samples=samples) == set()
    assert marked(leaking(3380, 3000, 4030), leaking(2890, 2850, 2930), samples=samples) == set()


@pytest.mark.parametrize("samples", [True, False])
def test_a_leak_that_doubled_is_marked(samples):
    assert {"leaked", "blocks", "limit"} <= marked(leaking(100, 95, 105), leaking(200, 190, 210), samples=samples)


@pytest.mark.parametrize("samples", [True, False])
def test_a_busy_machine_is_no_regression_and_a_stack_of_ten_times_the_time_is_one(samples):
    assert marked(of(cell()), of(cell(), times=3), samples=samples) == set()
    assert marked(of(cell()), of(cell(), times=10), samples=samples) == {"seconds"}


def test_a_cell_that_stays_inconclusive_is_no_regression():
    unsure = of(cell(verdict="inconclusive", bytes_per_operation=2.0, interval=(-3.0, 7.0)))
    assert marked(of(cell(interval=(-0.5, 0.5))), unsure) == set()


def test_a_figure_that_is_not_known_has_no_interval():
    endless = of(cell(interval=(-math.inf, math.inf), bytes_per_operation=math.inf, verdict="leaking"))
    assert math.isnan(figures.told(endless, "limit"))
    assert {"limit", "leaked"}.isdisjoint(endless["intervals"])


def test_a_leak_of_something_else_than_bytes_lies_within_its_interval():
    descriptors = of(cell(verdict="leaking", convicted_by=("file_descriptors",), bytes_per_operation=-0.1))
    value, stats, _ = read(figures.told(descriptors, "leaked"))
    assert stats["ci_99_a"] <= value == descriptors["leaked"] <= stats["ci_99_b"]
