"""The mistakes that people make: each reads as its truth, and the page about them says what their files say."""

import re
from pathlib import Path

import pytest

from find_mem_leaks import commands, errors, results
from find_mem_leaks.subjects import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "leaks-people-write.md"
SAMPLE = [
    "mistake_scoped_session_in_threads_that_end",
    "mistake_sessions_kept",
]
MISTAKES = [name for name in catalogue.stacks() if name.startswith("mistake_")]
DESCRIBED = [*MISTAKES, "async_scoped_session_without_remove"]


def section_of(name):
    """The part of the page that names a stack below its heading."""
    [section] = [text for text in PAGE.read_text(encoding="utf-8").split("\n## ") if f"\n`{name}`" in text]
    return section


def test_a_sample_of_the_mistakes_reads_as_its_truth(tmp_path, python_with):
    path = tmp_path / "results.json"
    patient = ["--quick", "--no-explain", "--time-cap", "120"]  # on a busy machine the same operations take longer
    arguments = [*patient, "-q", "--no-table", "-o", str(path), "--python", python_with("2.0")]
    assert commands.call(["run", *SAMPLE, *arguments]) == errors.CLEAN
    cells = results.read(path)
    assert len(cells) == len(SAMPLE)
    for cell in cells:
        assert cell.reads_as_its_truth, (cell.stack, cell.reason)
    assert {cell.truth for cell in cells} == {"clean", "leaking"}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_a_control_of_known_truth_with_one_operation(name):
    stack = catalogue.stacks()[name]
    assert stack.architecture == "Mistakes"
    assert stack.truth in {"leaking", "clean", "bounded"}
    assert stack.own == {"operation": stack.truth}


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_page_shows_a_mistake_as_its_file_has_it_with_its_figures_and_its_fix(name):
    section = section_of(name)
    excerpt, fix = re.findall(r"```python\n(.+?)```", section, re.DOTALL)
    source = (catalogue.MEASURED / "stacks" / f"{name}.py").read_text(encoding="utf-8")
    code = {line.split("  # ")[0].strip() for line in source.splitlines()}
    assert {line.split("  # ")[0].strip() for line in excerpt.splitlines()} <= code
    assert fix != excerpt
    [row] = re.findall(r"^\| B/op \| .+$", section, re.MULTILINE)
    assert row.count("|") == 5
