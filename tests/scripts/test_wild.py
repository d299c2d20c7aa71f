"""Calls of the tool for what others wrote."""

from types import SimpleNamespace

import pytest

import wild
from cells import cell
from find_mem_leaks import errors
from find_mem_leaks.judging.verdict import Verdict


def test_a_run_that_is_ended_after_its_minutes_is_no_failure():
    waiting = ["sh", "-c", f"trap 'kill $!; exit {errors.INTERRUPTED}' TERM; sleep 60 & wait"]
    assert wild.ended(waiting, minutes=1 / 60) == errors.CLEAN
    assert wild.ended(["sh", "-c", "exit 3"], minutes=1) == errors.LEAK
    assert wild.ended(["sh", "-c", "exit 4"], minutes=None) == errors.INCONCLUSIVE


@pytest.fixture
def subject(tmp_path):
    (tmp_path / "own.py").write_text("def operation(i):\n    pass\n")
    return SimpleNamespace(name="own", results=tmp_path / "kept" / "own.json", times=tmp_path / "own.times")


def test_an_outcome_that_was_kept_is_read_as_it_was(subject, tmp_path):
    words = [str(tmp_path / "own.py"), "--no-explain", "--rounds", "2", "--operations", "9"]
    outcome = wild.measure(subject, words)
    assert [cell.stack for cell in outcome.cells] == ["own"]
    assert wild.kept(subject) is None
    outcome.keep()
    assert wild.kept(subject) == outcome


def test_a_call_that_measured_nothing_ends_the_script(subject):
    with pytest.raises(SystemExit, match="own: the run ended with exit code 2"):
        wild.measure(subject, ["no_such_stack"])


def test_verdicts_are_counted_in_their_own_order():
    cells = [cell(verdict=verdict) for verdict in (Verdict.FAILED, Verdict.LEAKING, Verdict.CLEAN, Verdict.CLEAN)]
    assert sorted(wild.counts(cells).split(", ")) == ["1 failed", "1 leaking", "2 clean"]
    assert wild.leaking(cells) == [cells[1]]
