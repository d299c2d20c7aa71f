import json
from dataclasses import replace

import pytest
from rich.console import Console

from cells import cell, failed
from find_mem_leaks.judging.growth import Interval
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports import comparison
from find_mem_leaks.reports.comparison import Pair

CLEAN, LEAKING, FAILED = cell(), cell(16), failed()
BOUNDED, UNSURE = cell(verdict=Verdict.BOUNDED), cell(verdict=Verdict.INCONCLUSIVE)


def pair(before, after):
    return Pair("sync_session", "balanced", before, after)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (CLEAN, LEAKING, "new leak"),
        (BOUNDED, LEAKING, "new leak"),
        (UNSURE, LEAKING, "leaks; not ruled out before"),
        (FAILED, LEAKING, "new leak"),
        (None, LEAKING, "new leak"),
        (LEAKING, CLEAN, "fixed"),
        (LEAKING, BOUNDED, "fixed"),
        (LEAKING, LEAKING, ""),
        (LEAKING, UNSURE, ""),
        (LEAKING, FAILED, ""),
        (LEAKING, None, ""),
        (CLEAN, CLEAN, ""),
        (None, CLEAN, ""),
        (CLEAN, None, ""),
    ],
)
def test_a_leak_is_new_or_fixed_only_if_the_other_side_was_seen(before, after, change):
    assert pair(before, after).change == change


def seen(low, high, **changes):
    """A cell whose live bytes grow by something from low to high."""
    rate = (low + high) / 2
    growth = {"live_bytes": Interval(rate, low, high)}
    return cell(growth=growth, bytes_per_operation=rate, interval=(low, high), **changes)


def leak(low, high):
    return seen(low, high, verdict=Verdict.LEAKING, convicted_by=("live_bytes",))


def test_a_leak_within_what_a_clean_run_leaves_open_is_chance():
    before, after = seen(-0.2, 0.9), leak(0.7, 1.3)
    assert pair(before, after).change == "leaks; not ruled out before"
    assert pair(after, before).change == ""
    assert not pair(before, after).is_new_leak
    assert pair(before, leak(0.91, 1.3)).change == "new leak"
    assert pair(leak(0.91, 1.3), before).change == "fixed"


def test_a_bounded_run_rules_out_growth_without_end_however_fast_it_grew():
    assert pair(seen(90.0, 110.0, verdict=Verdict.BOUNDED), leak(95.0, 105.0)).change == "new leak"


def test_one_reading_that_surely_differs_is_enough():
    growth = {"live_bytes": Interval(0.8, 0.5, 1.1), "threads": Interval(1.0, 0.99, 1.01)}
    after = cell(growth=growth, verdict=Verdict.LEAKING, convicted_by=("live_bytes", "threads"))
    before = cell(growth={"live_bytes": Interval(0.3, -0.3, 0.9), "threads": Interval(0.0, 0.0, 0.001)})
    assert pair(before, after).change == "new leak"
    unread = replace(before, growth={"live_bytes": Interval(0.3, -0.3, 0.9)})
    assert pair(unread, after).change == "leaks; not ruled out before"


def test_a_leak_that_shows_hands_off_alone_is_ruled_out_by_a_clean_verdict():
    after = cell(verdict=Verdict.LEAKING, convicted_by=("allocators",))
    assert after.grows_hands_off
    assert pair(CLEAN, after).change == "new leak"
    assert pair(UNSURE, after).change == "leaks; not ruled out before"


def test_what_is_ruled_out_stands_on_both_sides():
    assert comparison.ruled_out(seen(-0.2, 0.9)) == "> 0.90"
    assert comparison.ruled_out(leak(15.9, 16.1)) == "< 15.9, > 16.1"
    assert comparison.ruled_out(FAILED) == "–"
    row = next(line for line in printed(pair(seen(-0.2, 0.9), leak(15.9, 16.1))).splitlines() if "leak" in line)
    assert row.index("> 0.90") < row.index("< 15.9, > 16.1")
    [found] = comparison.to_json([pair(seen(-0.2, 0.9), leak(15.9, 16.1))])["pairs"]
    assert found["before"]["ruled_out"] == {"live_bytes": {"below": -0.2, "above": 0.9}}


def test_what_may_have_leaked_before_is_counted_apart():
    assert (
        printed(pair(UNSURE, LEAKING))
        .splitlines()[-1]
        .endswith("0 new leaks, 0 fixed, 1 leaking that was not ruled out before")
    )


def test_json_has_both_sides_and_nothing_where_a_side_is_missing():
    document = json.loads(json.dumps(comparison.to_json([pair(None, LEAKING), pair(FAILED, CLEAN)])))
    first, second = document["pairs"]
    assert first["before"] is None
    assert first["after"]["bytes_per_operation"] == LEAKING.bytes_per_operation
    assert (first["new_leak"], first["fixed"]) == (True, False)
    assert second["before"]["interval"] is None
    assert comparison.to_json([]) == {"pairs": []}


def printed(*pairs):
    to = Console(record=True, width=200, file=None, quiet=False, force_terminal=False)
    with to.capture() as captured:
        comparison.render(pairs, to)
    return captured.get()


def test_the_table_has_a_row_for_each_pair_and_a_summary():
    text = printed(pair(CLEAN, LEAKING), pair(LEAKING, CLEAN), pair(None, FAILED))
    assert text.count("sync_session") == 3
    assert text.splitlines()[-1] == "3 cells: 1 new leak, 1 fixed"
    assert "│ – " in text


def test_nothing_to_compare_is_said_too():
    assert printed().splitlines()[-1] == "0 cells: 0 new leaks, 0 fixed"


def test_a_name_in_brackets_is_no_markup():
    assert "[red]a" in printed(Pair("[red]a", "s", CLEAN, CLEAN))


def test_names_of_tests_in_brackets_are_no_markup():
    to = Console(width=120)
    with to.capture() as captured:
        comparison.render([comparison.Pair("test_it", "test_get[/items]", cell(), cell())], to)
    assert "test_get[/items]" in captured.get()


def test_a_bound_too_small_for_two_decimals_is_not_shown_as_none():
    assert comparison.ruled_out(cell(interval=(-0.001, 0.003))) == "> 0.01"
