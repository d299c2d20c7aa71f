"""From shards and a branch to one tree: all of it, or nothing and what is wrong."""

import json
import os
import subprocess

import keep
import merge
import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.history import shards

COMMIT = "a" * 40
EARLIER = "b" * 40


def result(commit, **figures):
    rows = {name: [[value], [], "1"] for name, value in figures.items()}
    return {"commit_hash": commit, "env_vars": {"SQLALCHEMY": "2.0"}, "result_columns": ["result", "params", "version"],
            "results": rows, "durations": {}, "params": {}}  # fmt: skip


def path_of(commit):
    return f"results/github-actions/{commit[:8]}-env.json"


@pytest.fixture
def measured(tmp_path):
    """A folder with both shards of a commit."""
    for part in (1, 2):
        folder = tmp_path / "shards" / shards.name("2.0", part, 2)
        shards.write(folder, {path_of(COMMIT): result(COMMIT, **{f"of_{part}": float(part)})})
    return tmp_path / "shards"


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone of an origin, as what stands where the script is run."""
    who = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for name, value in who.items():
        monkeypatch.setenv(name, value)
    origin, here = tmp_path / "origin", tmp_path / "clone"
    for words in (["init", "-q", "--bare", "-b", "main", origin], ["clone", "-q", origin, here]):
        subprocess.run(["git", *words], check=True, capture_output=True)
    commit = [*keep.AUTHOR, "commit", "-q", "--allow-empty", "-m", "Begin"]
    subprocess.run(["git", *commit], cwd=here, check=True, capture_output=True)
    monkeypatch.chdir(here)
    return here


def run(tmp_path, *words):
    merge.run(merge.parse([str(tmp_path / "shards"), "-o", str(tmp_path / "merged"), *words]))
    return shards.read(tmp_path / "merged").documents


def figures(document):
    return {name: row[0] for name, row in document["results"].items()}


def test_shards_become_one_tree(tmp_path, measured):
    assert {path: figures(found) for path, found in run(tmp_path).items()} == {
        path_of(COMMIT): {"of_1": [1.0], "of_2": [2.0]}
    }


def test_the_history_of_a_branch_comes_first_and_where_it_stood_is_told(tmp_path, measured, clone, monkeypatch, capsys):
    before = tmp_path / "before"
    shards.write(before, {path_of(EARLIER): result(EARLIER, gone=7.0)})
    tip = keep.push(before, "measurements", keep.NONE)
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    found = run(tmp_path, "--branch", "measurements")
    assert figures(found[path_of(EARLIER)]) == {"gone": [7.0]}
    assert figures(found[path_of(COMMIT)]) == {"of_1": [1.0], "of_2": [2.0]}
    assert (tmp_path / "output").read_text() == f"history={tip}\n"
    assert "1 results of asv in the history before, 2 now" in capsys.readouterr().out


def test_a_first_run_has_no_history_and_says_so(tmp_path, measured, clone, monkeypatch):
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    run(tmp_path, "--branch", "measurements")
    assert (tmp_path / "output").read_text() == f"history={keep.NONE}\n"


def test_what_is_merged_twice_is_the_same(tmp_path, measured):
    once = run(tmp_path)
    assert run(tmp_path, "--history", str(tmp_path / "merged")) == once


PLAN = json.dumps([shards.name("2.0", part, 2) for part in (1, 2)])
MORE = json.dumps([shards.name("2.0", part, 3) for part in (1, 2, 3)])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--plan", MORE], r"2\.0-shard-1-of-3 is missing; .*2\.0-shard-1-of-2 is foreign"),
        (["--plan", "[]"], "there is no shard at all"),
        (["--plan", "{"], "the plan is not a list of names"),
        (["--plan", '{"a": 1}'], "the plan is not a list of names"),
        (["--commit", EARLIER], "is of commit aaaaaaaa, not of bbbbbbbb"),
    ],
)
def test_nothing_is_written_when_something_is_wrong(tmp_path, measured, words, said):
    with pytest.raises(UsageError, match=said):
        run(tmp_path, *words)
    assert not (tmp_path / "merged").exists()


def test_a_missing_shard_is_known_without_a_plan(tmp_path, measured):
    (measured / shards.name("2.0", 1, 2)).rename(tmp_path / "lost")
    with pytest.raises(UsageError, match=r"sqlalchemy-2\.0-shard-1-of-2 is missing"):
        run(tmp_path)


def test_all_planned_shards_pass(tmp_path, measured):
    assert run(tmp_path, "--plan", PLAN, "--commit", COMMIT)


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UsageError, match=r"there is no folder .*: measure first"):
        run(tmp_path)
