"""Where a verdict turns: over all releases, and by halves with as few looks as it takes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cells import cell, failed
from find_mem_leaks.history.releases import timeline
from find_mem_leaks.history.releases.outcomes import Outcome

CLEAN, LEAKING, FAILED = cell(), cell(rate=500.0), failed()


def outcome(place, kind):
    """``-`` is clean, ``x`` leaks, ``f`` failed, ``n`` is n/a."""
    found = {"-": CLEAN, "x": LEAKING, "f": FAILED, "n": None}[kind]
    return Outcome(str(place), found, "why")


def line(text):
    return [outcome(place, kind) for place, kind in enumerate(text)]


def halved(text):
    """What halving finds on a line, and the places that it looked at."""
    looked, told = [], []

    def look(places):
        looked.extend(places)
        return [line(text)[place] for place in places]

    found = timeline.halve(len(text), look, lambda *ends: told.append([end.release for end in ends]))
    assert len(looked) == len(set(looked))
    return found, looked, told


def places(turn):
    return turn.before.release, turn.after.release, turn.between


def test_each_turn_along_a_line_is_found_with_what_lies_between():
    found = timeline.turns(line("--x-nfx"))
    assert [(*places(turn), turn.fixed) for turn in found] == [
        ("1", "2", (), False),
        ("2", "3", (), True),
        ("3", "6", ("4", "5"), False),
    ]


@pytest.mark.parametrize("text", ["", "n", "---", "xnx", "nf"])
def test_a_line_without_a_turn_has_none(text):
    assert timeline.turns(line(text)) == []


@given(count=st.integers(2, 400), data=st.data())
def test_a_turn_is_found_among_any_number_of_releases_in_about_log2_looks(count, data):
    first = data.draw(st.integers(1, count - 1))
    before, after = data.draw(st.sampled_from(["-x", "x-"]))
    found, looked, _ = halved(before * first + after * (count - first))
    assert places(*found.turns) == (str(first - 1), str(first), ())
    assert found.turns[0].fixed == (before == "x")
    assert len(looked) <= math.ceil(math.log2(count)) + 2


@given(data=st.data())
def test_what_is_not_known_is_stepped_over_to_its_neighbours(data):
    first = data.draw(st.integers(1, 30))
    text = ["-"] * first + ["x"] * data.draw(st.integers(1, 30))
    for place in data.draw(st.sets(st.integers(0, len(text) - 1))):
        text[place] = data.draw(st.sampled_from("nf"))
    known = [place for place, kind in enumerate(text) if kind in "-x"]
    found, _, _ = halved("".join(text))
    before = [place for place in known if place < first]
    after = [place for place in known if place >= first]
    if before and after:
        assert places(*found.turns)[:2] == (str(before[-1]), str(after[0]))
        assert found.turns[0].between == tuple(map(str, range(before[-1] + 1, after[0])))
    else:
        assert found.turns == ()
        assert (found.first is None) == (not known)


def test_both_ends_are_looked_at_and_told_before_anything_between_them():
    found, looked, told = halved("----xx")
    assert looked[:2] == [0, 5]
    assert told == [["0", "5"]]
    assert found.last.leaks


@given(data=st.data())
def test_between_ends_that_are_alike_what_came_and_went_is_found_where_it_lasted_a_quarter(data):
    kinds = data.draw(st.sampled_from(["-x", "x-"]))
    around = st.integers(1, 60)
    before, after = data.draw(around), data.draw(around)
    during = data.draw(st.integers((before + after) // 3 + 1, 60))
    text = kinds[0] * before + kinds[1] * during + kinds[0] * after
    found, looked, told = halved(text)
    came, went = found.turns
    assert places(came) == (str(before - 1), str(before), ())
    assert places(went) == (str(before + during - 1), str(before + during), ())
    assert told == [["0", str(len(text) - 1)]]
    assert len(looked) <= 3 * len(text).bit_length() + 2


def test_between_ends_that_are_alike_there_are_no_more_looks_than_halving_takes():
    found, looked, _ = halved("-" * 100)
    assert found.turns == ()
    assert looked[2:] == [49, 24, 74, 12, 37, 61, 86]


def test_one_release_alone_is_looked_at_once():
    found, looked, _ = halved("x")
    assert (found.turns, looked) == ((), [0])
    assert found.first is found.last
