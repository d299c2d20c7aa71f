"""Tests of known truth, as pytest calls them: those that leak are found at their lines, and no others."""

import sys
from pathlib import Path

import pytest

from find_mem_leaks import commands, errors, results
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict

KNOWN = Path(__file__).parents[1] / "suites" / "known"
MARK = "# leaks: "
FILES = ("of_functions.py", "of_classes.py", "of_documents.txt", "of_clocks.py")
# Of each way to be found, or not to be, one.
TESTS = (
    "test_leak_list_of_the_module",
    "test_leak_fixture",
    "test_parameters",
    "test_warnings_that_nobody_takes",
    "test_fixture_that_is_closed",
    "Unit::test_leak_of_a_case",
    "of_documents.txt",
    "test_stopped_clock",
    "test_not_repeatable",
    "test_skipped_by_itself",
    "test_failed",
)


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    path = tmp_path_factory.mktemp("suites") / "results.json"
    names = [word for name in TESTS for word in ("-s", name)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(KNOWN)
        patch.delenv("PYTEST_ADDOPTS", raising=False)
        words = ["run", *FILES, *names, "--python", sys.executable, "--time-cap", "120"]
        code = commands.call([*words, "--explain-cap", "60", "-q", "--no-table", "-o", str(path)])
    assert code == errors.LEAK
    return {cell.scenario: cell for cell in results.read(path)}


def marked():
    """The lines that leak, by their files and numbers."""
    texts = {str(file): file.read_text(encoding="utf-8").splitlines() for file in KNOWN.glob("*.py")}
    return {(file, number) for file, lines in texts.items() for number, line in enumerate(lines, 1) if MARK in line}


@pytest.mark.parametrize("name", ["test_leak_list_of_the_module", "test_leak_fixture", "Unit::test_leak_of_a_case"])
def test_a_test_that_leaks_is_found_at_a_line_that_does(judged, name):
    cell = judged[name]
    assert cell.verdict is Verdict.LEAKING
    assert any((frame.file, frame.line) in marked() for culprit in cell.culprits for frame in culprit.stack)
    assert " of module " in (cell.culprits[0].holder or "")
    assert not [frame for culprit in cell.culprits for frame in culprit.stack if "/_pytest/runner.py" in frame.file]


def test_parameters_are_cells_of_their_own(judged):
    assert judged["test_parameters[leak]"].verdict is Verdict.LEAKING
    assert judged["test_parameters[drops]"].verdict in ACQUITTED


@pytest.mark.parametrize("name", ["test_warnings_that_nobody_takes", "test_fixture_that_is_closed", "of_documents.txt"])
def test_what_pytest_keeps_is_not_held_against_a_test(judged, name):
    assert judged[name].verdict in ACQUITTED


def test_a_test_whose_clock_stands_still_is_timed_nevertheless(judged):
    cell = judged["test_stopped_clock"]
    assert cell.verdict in ACQUITTED
    assert min(round_.seconds for round_ in cell.series.rounds) > 0


def test_a_test_that_cannot_be_measured_says_why(judged):
    assert judged["test_not_repeatable"].verdict is Verdict.SKIPPED
    assert judged["test_skipped_by_itself"].reason == "no network"
    assert judged["test_failed"].error.startswith("ValueError: no such order (of_functions.py:")
