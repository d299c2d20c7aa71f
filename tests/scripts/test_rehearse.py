"""What the stories leave out, and that one which does not end as it should is told."""

import ast
import re
from pathlib import Path

import pytest
import rehearse
from rehearsal import changes, workflow
from rehearsal.workflow import UnknownError

ROOT = Path(__file__).parents[2]
FILES = ["pyproject.toml", *(file.relative_to(ROOT).as_posix() for file in (ROOT / "tests").rglob("*.py"))]


def test_of_the_tests_those_of_the_judging_session_stay_and_all_that_is_no_test():
    gone = {path for path, text in changes.few_tests(ROOT, FILES, "3.11").items() if text is None}
    assert gone
    assert not [path for path in gone if not Path(path).name.startswith("test_")]
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    judging = ast.literal_eval(re.search(r"^JUDGING = (.*)$", noxfile, re.MULTILINE)[1])
    for named in judging:
        kept = {path for path in FILES if path.startswith(named)}
        assert kept
        assert not kept & gone


def test_the_limit_of_coverage_is_lifted_for_few_tests_and_nothing_else_of_the_project_changes():
    changed = changes.few_tests(ROOT, FILES, "3.11")["pyproject.toml"]
    before = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pairs = zip(before.splitlines(), changed.splitlines(), strict=True)
    [(was, now)] = [(was, now) for was, now in pairs if was != now]
    assert was.startswith("fail_under = ")
    assert now == "fail_under = 0"


def test_a_python_that_no_machine_has_is_not_installed():
    assert rehearse.installed("3.11")
    assert not rehearse.installed("3.99")


def test_the_pythons_of_the_matrix_are_those_of_the_workflow():
    assert "3.11" in workflow.axis(workflow.read(ROOT, "ci.yml"), "tests", "python")


def test_every_workflow_and_the_action_has_a_story():
    files = {file.stem for file in (ROOT / ".github" / "workflows").glob("*.yml")}
    assert set(rehearse.STORIES) == {*files, "action"}


@pytest.mark.parametrize(
    ("outcome", "well", "said"),
    [
        (None, True, "it: as it should, 0 s\n"),
        ("not run: a part", True, "it: as it should, 0 s (not run: a part)\n"),
        (rehearse.StoryError("not so: this"), False, "it: not so: this\n"),
        (UnknownError("not emulated"), False, "it: not emulated\n"),
    ],
)
def test_how_a_story_ended_is_told(monkeypatch, tmp_path, capsys, outcome, well, said):
    def story(folder):
        """What happens."""
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(rehearse, "STORIES", {"it": story})
    monkeypatch.setattr(rehearse.time, "monotonic", lambda: 0.0)
    assert rehearse.tell("it", tmp_path) is well
    assert capsys.readouterr().out == f"it: What happens.\n{said}"
