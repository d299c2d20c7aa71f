import json

import pytest
from rich.console import Console

from cells import cell, failed
from find_mem_leaks.reports import comparison
from find_mem_leaks.reports.comparison import Pair

CLEAN, LEAKING, FAILED = cell(), cell(16), failed()
BOUNDED, UNSURE = cell(verdict="bounded"), cell(verdict="inconclusive")


def pair(before, after):
    return Pair("sync_session", "balanced", before, after)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (CLEAN, LEAKING, "new leak"),
        (BOUNDED, LEAKING, "new leak"),
        (UNSURE, LEAKING, "new leak"),
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
