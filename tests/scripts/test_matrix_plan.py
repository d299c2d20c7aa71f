import json
import os
import subprocess
import sys
from pathlib import Path

import bench
import keep
import plan
import pytest

from find_mem_leaks.history import shards

ROOT = Path(__file__).parents[2]
LISTING = [
    {"session": f"{name}(sqlalchemy='{series}')", "name": name, "call_spec": {"sqlalchemy": series}}
    for name in ("bench", "leaks")
    for series in ("1.4", "2.0")
] + [{"session": "lint", "name": "lint", "call_spec": {}}]


def test_each_series_is_planned_in_each_shard():
    found = plan.matrix(LISTING, "bench", 2)
    assert [(entry["session"], entry["shard"]) for entry in found] == [
        ("bench(sqlalchemy='1.4')", "1/2"),
        ("bench(sqlalchemy='1.4')", "2/2"),
        ("bench(sqlalchemy='2.0')", "1/2"),
        ("bench(sqlalchemy='2.0')", "2/2"),
    ]


def test_shards_are_named_as_the_merge_knows_them():
    found = plan.matrix(LISTING, "bench", 3)
    assert [entry["name"] for entry in found] == shards.expected([shards.name("1.4", 1, 3), shards.name("2.0", 2, 3)])


def test_only_what_is_asked_for_is_planned():
    assert [entry["series"] for entry in plan.matrix(LISTING, "bench", 1, ["2.0"])] == ["2.0"]


@pytest.mark.parametrize(("session", "only"), [("banch", []), ("bench", ["3.0"])])
def test_what_is_not_in_the_noxfile_is_an_error(session, only):
    with pytest.raises(ValueError, match=f"nox lists no session {session}"):
        plan.matrix(LISTING, session, 1, only)


def test_outputs_go_where_the_workflow_reads_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(plan, "listing", lambda session: LISTING)
    monkeypatch.setattr(sys, "argv", ["plan.py", "leaks", "--only", "1.4"])
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    plan.main()
    written = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert json.loads(written["names"]) == ["sqlalchemy-1.4-shard-1-of-1"]
    assert json.loads(written["matrix"])["include"][0]["session"] == "leaks(sqlalchemy='1.4')"
    assert capsys.readouterr().out == (tmp_path / "output").read_text()


def test_more_shards_than_the_suite_has_classes_are_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["plan.py", "bench", "--shards", "64"])
    with pytest.raises(SystemExit, match="2"):
        plan.main()
    assert f"give --shards {len(bench.benchmarks())} at most" in capsys.readouterr().err


@pytest.fixture
def clone(tmp_path):
    """A clone of an origin with one commit; git of the tests' own, without anybody's settings."""
    origin, here = tmp_path / "origin", tmp_path / "clone"
    for command in (
        ["init", "-q", "--bare", "-b", "main", origin],
        ["clone", "-q", origin, here],
    ):
        subprocess.run(["git", *command], check=True, capture_output=True)
    (here / "README").write_text("a project")
    for command in (
        ["checkout", "-qb", "main"],
        ["add", "."],
        [*keep.AUTHOR, "commit", "-qm", "Begin"],
        ["push", "-q", "origin", "main"],
    ):
        subprocess.run(
            ["git", *command], cwd=here, check=True, capture_output=True, env={**os.environ, "HOME": str(tmp_path)}
        )
    return here


def fetched(tmp_path, clone, name):
    folder = tmp_path / name
    folder.mkdir()
    return keep.fetch("measurements", folder, clone), folder


def written(tmp_path, **files):
    folder = tmp_path / "merged"
    for name, text in files.items():
        (folder / "results").mkdir(parents=True, exist_ok=True)
        (folder / "results" / name).write_text(text)
    return folder


def test_a_history_begins_where_there_is_none(tmp_path, clone):
    assert fetched(tmp_path, clone, "before")[0] == keep.NONE
    commit = keep.push(written(tmp_path, one="1"), "measurements", keep.NONE, clone)
    tip, folder = fetched(tmp_path, clone, "after")
    assert tip == commit
    assert sorted(file.name for file in folder.rglob("*") if file.is_file() and ".git" not in file.parts) == ["one"]


def test_what_is_pushed_later_deletes_nothing(tmp_path, clone):
    first = keep.push(written(tmp_path, one="1"), "measurements", keep.NONE, clone)
    (tmp_path / "merged" / "results" / "one").unlink()
    keep.push(written(tmp_path, two="2"), "measurements", first, clone)
    folder = fetched(tmp_path, clone, "after")[1]
    assert {file.name: file.read_text() for file in (folder / "results").iterdir()} == {"one": "1", "two": "2"}


def test_pushing_the_same_again_is_no_new_commit(tmp_path, clone):
    first = keep.push(written(tmp_path, one="1"), "measurements", keep.NONE, clone)
    assert keep.push(written(tmp_path, one="1"), "measurements", first, clone) == first


@pytest.mark.parametrize("stale", [keep.NONE, "0" * 40])
def test_a_history_that_has_moved_on_is_not_overwritten(tmp_path, clone, stale):
    first = keep.push(written(tmp_path, one="1"), "measurements", keep.NONE, clone)
    with pytest.raises(keep.KeepError, match=f"measurements is at {first}, no longer at {stale}: merge again"):
        keep.push(written(tmp_path, one="changed"), "measurements", stale, clone)
    assert fetched(tmp_path, clone, "after")[0] == first


def test_a_server_that_does_not_answer_is_no_empty_history(tmp_path, clone):
    (tmp_path / "origin").rename(tmp_path / "gone")
    with pytest.raises(keep.KeepError, match="git ls-remote: "):
        fetched(tmp_path, clone, "before")


def test_the_token_stands_on_no_command_line():
    assert keep.credentials(None) == {}
    found = keep.credentials("secret")
    assert found["GIT_CONFIG_KEY_0"] == "http.extraheader"
    assert "secret" not in found["GIT_CONFIG_VALUE_0"]
