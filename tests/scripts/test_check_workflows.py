"""A workflow with something wrong in it is found wrong: by which linter, and that nothing is found otherwise."""

import shutil
from pathlib import Path

import pytest

check_workflows = pytest.importorskip("check_workflows")
ROOT = Path(__file__).parents[2]
FILES = [*check_workflows.workflows(ROOT), ROOT / "action.yml", ROOT / ".github" / "dependabot.yml"]
# What is done to a file, and who must notice.
MISTAKES = {
    "ci.yml": ("needs: tests\n", "needs: test\n", "actionlint"),
    "benchmarks.yml": ("${{ matrix.session }}", "${{ matrix.sesion.name }", "actionlint"),
    "pull-request.yml": ("  pull_request:\n", "  pull_request_target:\n", "zizmor"),
    "release.yml": ("timeout-minutes: 15", "timeout-minutes: long", "check-jsonschema"),
    "releases.yml": ("contents: read", "contents: none-at-all", "check-jsonschema"),
    "databases.yml": ("    services:\n", "    servces:\n", "actionlint"),
    "locks.yml": ("needs: renew\n", "needs: renewal\n", "actionlint"),
    "action.yml": ("using: composite", "using: compost", "check-jsonschema"),
    "dependabot.yml": ("interval: weekly", "interval: sometimes", "check-jsonschema"),
}


@pytest.fixture
def copy(tmp_path):
    """A checkout of nothing but what is checked."""
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    shutil.copy(ROOT / "action.yml", tmp_path)
    return tmp_path


def test_every_file_has_its_mistake():
    assert {file.name for file in FILES} == set(MISTAKES)


def test_nothing_is_found_in_what_is_here(copy):
    assert check_workflows.check(copy) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_broken_copy_is_found(copy, file, capfd):
    before, after, linter = MISTAKES[file.name]
    broken = copy / file.relative_to(ROOT)
    text = broken.read_text(encoding="utf-8")
    assert before in text
    broken.write_text(text.replace(before, after, 1), encoding="utf-8")
    assert linter in check_workflows.check(copy)
    assert file.name in capfd.readouterr().out


GENERAL = {
    "an action that is not pinned": ("@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2", "@v6", "zizmor"),
    "rights for all jobs": ("permissions: {}", "permissions: write-all", "zizmor"),
    "credentials left behind": ("        with:\n          persist-credentials: false\n", "", "zizmor"),
    "no time-out": ("    timeout-minutes: ", "    # timeout-minutes: ", "check-jsonschema"),
    "text of others in a script": (
        "- run: python -m pip install 'nox[uv]'",
        "- run: echo ${{ github.head_ref }}",
        "zizmor",
    ),
    "a script with a mistake": ("- run: python -m pip install 'nox[uv]'", "- run: cd $HOME/a b", "actionlint"),
}


@pytest.mark.parametrize("mistake", GENERAL)
def test_a_general_mistake_is_found(copy, mistake):
    before, after, linter = GENERAL[mistake]
    broken = copy / ".github" / "workflows" / "ci.yml"
    text = broken.read_text(encoding="utf-8")
    assert before in text
    broken.write_text(text.replace(before, after, 1), encoding="utf-8")
    assert linter in check_workflows.check(copy)
