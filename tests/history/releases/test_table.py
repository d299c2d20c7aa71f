import json

import pytest
from rich.console import Console

from cells import cell, failed
from find_mem_leaks.history.releases import table, timeline
from find_mem_leaks.history.releases.listing import Release
from find_mem_leaks.history.releases.outcomes import Outcome
from find_mem_leaks.history.releases.timeline import Halving

CLEAN, LEAKING, FAILED = cell(), cell(rate=500.0), failed()


def outcome(place, kind):
    """``-`` is clean, ``x`` leaks, ``f`` failed, ``n`` is n/a."""
    found = {"-": CLEAN, "x": LEAKING, "f": FAILED, "n": None}[kind]
    return Outcome(str(place), found, "why")


def line(text):
    return [outcome(place, kind) for place, kind in enumerate(text)]


def test_a_turn_is_told_with_what_may_have_been_it_too():
    [turn] = timeline.turns(line("-nx"))
    assert table.told(turn) == (
        "❌ 2 is the first release that leaks: 0 is clean, 2 leaks 500 B/op (or already 1, which could not be judged)"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no release could be judged"),
        ("nf", "no release could be judged"),
        ("n-", "the one release that could be judged does not leak"),
        ("xx", "all 2 releases that could be judged leak"),
        ("--", "all 2 releases that could be judged do not leak"),
    ],
)
def test_a_line_without_a_turn_is_told_plainly(text, said):
    assert table.alike(line(text)) == said


def test_no_end_that_can_be_judged_is_told_plainly():
    nothing = Halving(None, None)
    assert table.same_ends(nothing, 1) == "no release could be judged: nothing to bisect"
    assert table.whole_line(nothing, 0, "it") == ""


def test_ends_that_are_alike_are_told_plainly_with_the_command_for_every_release():
    both = Halving(outcome(0, "x"), outcome(1, "x"))
    neither = Halving(outcome(0, "-"), outcome(9, "-"))
    assert table.same_ends(both, 2) == "both ends leak: nothing to bisect"
    assert table.same_ends(neither, 5) == (
        "both ends do not leak, and none of 3 that could be judged between them differs: nothing to bisect"
    )
    assert table.whole_line(neither, 0, "it") == (
        "what came and went between two looks is not seen; to measure every release: it"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-xx-", "both ends do not leak: the leak came and went between them"),
        ("x--x", "both ends leak: the leak went and came again between them"),
    ],
)
def test_a_leak_that_came_and_went_is_told_with_the_command_for_every_release(text, said):
    first, *_, last = known = line(text)
    found = Halving(first, last, tuple(timeline.turns(known)))
    assert table.same_ends(found, 4) == said
    assert table.whole_line(found, 2, "it") == "the verdict turns more than once; to measure every release: it"


def test_one_turn_offers_no_more_unless_other_releases_that_are_known_turn_too():
    known = line("-x")
    found = Halving(known[0], known[1], tuple(timeline.turns(known)))
    assert table.whole_line(found, 1, "it") == ""
    assert table.whole_line(found, 3, "it").startswith("the verdict turns more than once; ")


@pytest.mark.parametrize(
    ("kind", "said"), [("-", "is clean"), ("x", "leaks 500 B/op"), ("f", "is failed"), ("n", "is n/a")]
)
def test_what_is_known_of_a_release_is_told_with_its_size(kind, said):
    assert table.state(outcome(0, kind)) == said


def test_a_leak_of_unknown_size_leaks_all_the_same():
    assert table.state(Outcome("1", cell(16, bytes_per_operation=None), "")) == "leaks"


def test_both_ends_are_told_in_one_line():
    assert table.ends(outcome("1.0", "-"), outcome("2.0", "x")) == "1.0 is clean; 2.0 leaks 500 B/op"


LISTED = [Release(str(place), f"2024-01-0{place + 1}T00:00:00+00:00", yanked=place == 1) for place in range(4)]


def printed(text):
    to = Console(width=200)
    with to.capture() as captured:
        table.render(LISTED, {found.release: found for found in line(text)}, to)
    return captured.get().splitlines()


def test_the_table_has_a_row_for_each_release_that_was_measured():
    rows = [row for row in printed("-x") if row.startswith("│")]
    assert [row.split("│")[1].strip() for row in rows] == ["0", "1 (yanked)"]
    assert [row.split("│")[2].strip() for row in rows] == ["2024-01-01", "2024-01-02"]
    assert "leaking" in rows[1]


def test_a_release_of_which_nothing_is_known_has_dashes_and_its_reason_below():
    lines = printed("-nf")
    [row] = [row for row in lines if row.startswith("│ 1 ")]
    assert row.count("–") == len(table.HEADER) - 2
    assert lines[-2].endswith(": 1: why")
    assert lines[-1].endswith(": 2: why")


def test_json_has_the_releases_in_their_order_and_the_turns_between_them():
    outcomes = line("-nx-")
    document = table.to_json("thing", LISTED, {found.release: found for found in outcomes}, timeline.turns(outcomes))
    document = json.loads(json.dumps(document))
    assert [one["verdict"] for one in document["releases"]] == ["clean", "n/a", "leaking", "clean"]
    assert document["releases"][1] == {
        "release": "1", "uploaded": "2024-01-02T00:00:00+00:00", "yanked": True, "verdict": "n/a",
        "bytes_per_operation": None, "interval": None, "reason": "why",
    }  # fmt: skip
    assert document["turns"] == [
        {"what": "leaks", "release": "2", "before": "0", "between": ["1"]},
        {"what": "fixed", "release": "3", "before": "2", "between": []},
    ]


def test_json_of_a_line_of_which_nothing_was_measured_is_empty():
    assert table.to_json("thing", LISTED, {}, []) == {"package": "thing", "releases": [], "turns": []}
