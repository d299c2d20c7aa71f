import pytest

from cells import cell, failed
from courses import course
from find_mem_leaks.history.releases import line as line_
from find_mem_leaks.history.releases.line import Line
from find_mem_leaks.history.releases.listing import Release
from find_mem_leaks.history.releases.outcomes import Outcome, Store

VERSIONS = [f"1.{number}" for number in range(8)]


@pytest.fixture
def line(tmp_path):
    wanted = course()
    listed = [Release(version, "2024-01-01T00:00:00+00:00") for version in VERSIONS]
    return Line(wanted, listed, "http://never.asked", online=True, store=Store(tmp_path, wanted))


@pytest.fixture
def measured(monkeypatch):
    """The versions that are measured, in place of environments that would have to be built: 1.5 begins to leak."""
    asked = []

    def measure(course, versions, index, keep, progress, at_once, *, online):
        for version in versions:
            asked.append(version)
            keep(Outcome(version, cell(16 if version >= "1.5" else 0), "seen"))

    monkeypatch.setattr(line_.measuring, "measure", measure)
    return asked


def test_what_is_measured_is_kept_and_not_measured_again(line, measured):
    line.measure(["1.0", "1.1"], None, 1)
    line.measure(["1.1", "1.2"], None, 1)
    assert measured == line.fresh == ["1.0", "1.1", "1.2"]
    assert [outcome.release for outcome in line.known] == ["1.0", "1.1", "1.2"]
    assert line.store.get("1.1") == line.outcomes["1.1"]


def test_what_is_known_comes_in_the_order_of_the_releases(line, measured):
    line.measure(["1.3", "1.0"], None, 1)
    assert [outcome.release for outcome in line.known] == ["1.0", "1.3"]


def test_what_was_kept_is_taken_up_but_for_what_failed(line, measured):
    for outcome in (Outcome("1.0", cell(), ""), Outcome("1.1", failed(), ""), Outcome("1.2", None, "no wheel")):
        line.store.keep(outcome)
    line.recall(force=False)
    assert line.outcomes.keys() == {"1.0", "1.2"}
    assert line.store.get("1.1") is None
    assert line.fresh == []


def test_by_force_nothing_that_was_kept_is_taken_up_and_it_stands_until_it_is_measured(line):
    line.store.keep(Outcome("1.0", cell(), ""))
    line.recall(force=True)
    assert line.outcomes == {}
    assert line.store.get("1.0") is not None


def test_nothing_kept_is_nothing_known(line):
    line.recall(force=False)
    assert line.known == []


def test_halving_measures_no_more_than_it_looks_at(line, measured):
    ends = []
    found, looked = line.halve(None, 1, lambda *both: ends.append([one.release for one in both]))
    [turn] = found.turns
    assert (turn.before.release, turn.after.release) == ("1.4", "1.5")
    assert looked == set(measured)
    assert len(measured) < len(VERSIONS)
    assert ends == [["1.0", "1.7"]]


def test_halving_looks_at_what_is_known_without_measuring_it(line, measured):
    for version in VERSIONS:
        line.outcomes[version] = Outcome(version, cell(), "")
    found, looked = line.halve(None, 1, lambda *_: None)
    assert found.turns == ()
    assert looked >= {"1.0", "1.7"}
    assert measured == []
