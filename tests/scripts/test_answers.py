"""Settings of runs, and answers that outlive an interruption."""

from pathlib import Path

import pytest
from answers import Answer, Journal, Setting, alternating, folder_for, halves
from truths import Control

LEAK = Control(Path("/w/leak.py"), "leaking", 80.0)
STEADY = Control(Path("/w/steady.py"), "clean", 0.0)


@pytest.mark.parametrize(
    ("seeds", "conditions"), [(1, ["idle"]), (2, ["idle", "busy"]), (5, ["idle", "idle", "idle", "busy", "busy"])]
)
def test_the_first_half_of_the_seeds_is_idle_and_the_rest_busy(seeds, conditions):
    assert halves(seeds) == [Setting(seed, condition) for seed, condition in enumerate(conditions, start=1)]


def test_odd_seeds_are_busy_and_even_ones_idle():
    assert alternating(3) == [Setting(1, "busy"), Setting(2, "idle"), Setting(3, "busy")]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "peer.jsonl"


def test_answers_are_read_back_as_they_were_added(file):
    answers = [Answer(STEADY, "undecided", 240.1, "no answer"), Answer(LEAK, "leaking", 0.5, 'grows: "ä"')]
    for answer in answers:
        Journal(file, [LEAK, STEADY]).add(answer)
    assert Journal(file, [LEAK, STEADY]).read() == {answer.control: answer for answer in answers}


def test_there_are_no_answers_before_the_first(file):
    assert Journal(file, [LEAK]).read() == {}


def test_a_line_that_was_cut_off_is_lost_and_no_other(file):
    journal = Journal(file, [LEAK, STEADY])
    journal.add(Answer(LEAK, "leaking", 0.5, "grows"))
    with file.open("a") as opened:
        opened.write('\n{"control": "stea')
    assert set(journal.read()) == {LEAK}
    journal.add(Answer(STEADY, "clean", 0.5, "does not"))
    assert set(journal.read()) == {LEAK, STEADY}


def test_results_of_the_same_files_are_in_the_same_folder(tmp_path):
    first, second = tmp_path / "a.py", tmp_path / "b.py"
    first.write_text("1")
    second.write_text("2")
    before = folder_for([first, second], tmp_path / "keep")
    assert before.is_dir()
    assert folder_for([second, first], tmp_path / "keep") == before
    assert folder_for([first], tmp_path / "keep") != before
    second.write_text("3")
    assert folder_for([first, second], tmp_path / "keep") != before
