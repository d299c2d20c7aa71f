"""Settings of runs, and answers that outlive an interruption."""

from pathlib import Path

import answers
import pytest
from answers import Answer, Setting, alternating, folder_for, halves
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


@pytest.mark.parametrize(
    "answer", [Answer(STEADY, "undecided", 240.1, "a time-out"), Answer(LEAK, "leaking", 0.5, 'grows: "ä"')]
)
def test_an_answer_is_read_back_as_it_was_written(tmp_path, answer):
    answers.write(tmp_path / "kept.json", answer)
    assert answers.read(tmp_path / "kept.json", answer.control) == answer


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
