"""One pull request, not many: on a repository on this disk, against a stand-in for GitHub's command line."""

import json
import os
import subprocess

import keep
import locks
import propose
import pytest
from rehearsal import hub as rehearsed


@pytest.fixture
def pulls(tmp_path, monkeypatch):
    """The file of pull requests of a stand-in for ``gh``."""
    rehearsed.tools(tmp_path / "tools")
    monkeypatch.setenv("PATH", f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "tools" / "pulls.json"


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone of an origin whose main has lock files, as what stands where the script is run."""
    for name, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}.items():
        monkeypatch.setenv(name, value)
    origin, here = tmp_path / "origin", tmp_path / "clone"
    for words in (["init", "-q", "--bare", "-b", "main", origin], ["clone", "-q", origin, here]):
        subprocess.run(["git", *words], check=True, capture_output=True)
    write(here / locks.LOCKS, aiosqlite="0.20")
    (here / "other").write_text("stays")
    for words in (["add", "."], [*keep.AUTHOR, "commit", "-q", "-m", "Begin"], ["push", "-q", "origin", "HEAD:main"]):
        subprocess.run(["git", *words], cwd=here, check=True, capture_output=True)
    monkeypatch.chdir(here)
    return here


def write(folder, name="2.0", **pins):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text("".join(f"{package}=={version}\n" for package, version in pins.items()))
    return folder


def shown(clone, name):
    command = ["git", "--git-dir", str(clone.parent / "origin"), "show", name]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_nothing_is_opened_where_nothing_moved(clone, pulls, tmp_path):
    assert (
        propose.propose(propose.push(write(tmp_path / "made", aiosqlite="0.20"))) == "the lock files are as they were"
    )
    assert not pulls.exists()
    with pytest.raises(subprocess.CalledProcessError):
        shown(clone, propose.BRANCH)


def test_what_moved_is_one_request_on_a_branch_of_its_own(clone, pulls, tmp_path):
    made = write(tmp_path / "made", aiosqlite="0.21", h11="0.16")
    assert propose.propose(propose.push(made)) == "a pull request was opened"
    [pull] = json.loads(pulls.read_text())
    assert "**2.0**\n\n- aiosqlite 0.20 → 0.21\n- h11 – → 0.16\n" in pull["body"]
    assert shown(clone, f"{propose.BRANCH}:{locks.LOCKS}/2.0.txt") == "aiosqlite==0.21\nh11==0.16\n"
    assert shown(clone, f"{propose.BRANCH}:other") == "stays"
    assert shown(clone, f"main:{locks.LOCKS}/2.0.txt") == "aiosqlite==0.20\n"


def test_a_week_later_the_same_request_has_what_moved_since(clone, pulls, tmp_path):
    propose.propose(propose.push(write(tmp_path / "made", aiosqlite="0.21")))
    said = propose.propose(propose.push(write(tmp_path / "made", aiosqlite="0.22")))
    assert said == "pull request 1 was brought up to date"
    [pull] = json.loads(pulls.read_text())
    assert "aiosqlite 0.20 → 0.22" in pull["body"]
    assert shown(clone, f"{propose.BRANCH}~1") == shown(clone, "main")


def test_a_series_that_is_gone_takes_its_file_along(clone, pulls, tmp_path):
    propose.push(write(tmp_path / "made", name="2.1", aiosqlite="0.21"))
    with pytest.raises(subprocess.CalledProcessError):
        shown(clone, f"{propose.BRANCH}:{locks.LOCKS}/2.0.txt")


def test_after_it_was_merged_another_is_opened(clone, pulls, tmp_path):
    text = propose.push(write(tmp_path / "made", aiosqlite="0.21"))
    propose.propose(text)
    pulls.write_text(json.dumps([{**json.loads(pulls.read_text())[0], "state": "MERGED"}]))
    assert propose.propose(text) == "a pull request was opened"
    assert len(json.loads(pulls.read_text())) == 2


def test_where_github_refuses_the_job_fails(clone, pulls, tmp_path):
    (pulls.parent / "gh").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(subprocess.CalledProcessError):
        propose.propose("text")
