"""The other end: commits, branches and pull requests as a server has them."""

from dataclasses import replace
from pathlib import Path

import pytest
from rehearsal.hub import Hub, git


def test_only_what_is_committed_is_hosted(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    git("init", "--quiet", ".", folder=source)
    (source / "there").write_text("there")
    git("add", ".", folder=source)
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    git(*who, "commit", "--quiet", "-m", "Begin", folder=source)
    (source / "not-yet").write_text("not yet")
    hub = Hub(tmp_path / "hub")
    commit = hub.host(source, "HEAD")
    assert hub.tip("main") == commit == git("rev-parse", "HEAD", folder=source)
    assert hub.files("main") == ["there"]


def test_a_commit_writes_and_deletes_files(rehearsed):
    before = rehearsed.tip("main")
    after = rehearsed.commit("Change", {"deep/new": "new", "old": None})
    assert rehearsed.tip("main") == after != before
    assert rehearsed.files("main") == ["README", "deep/new"]


def test_a_branch_begins_at_main_and_leaves_it_alone(rehearsed):
    before = rehearsed.tip("main")
    rehearsed.commit("Aside", {"aside": ""}, branch="aside")
    assert rehearsed.tip("main") == before
    assert rehearsed.files("aside") == ["README", "aside", "old"]
    rehearsed.commit("Another", {"another": ""}, branch="another")
    assert rehearsed.files("another") == ["README", "another", "old"]


def test_a_branch_that_is_not_there_has_no_files(rehearsed):
    assert rehearsed.files("measurements") == ()


def test_a_pull_request_is_shown_merged_on_its_base(rehearsed):
    base = rehearsed.tip("main")
    head = rehearsed.commit("Ask", {"asked": ""}, branch="asked")
    merged = rehearsed.merge(base, head)
    here = rehearsed.repository()
    assert git("rev-parse", f"{merged}^1", f"{merged}^2", folder=here).split() == [base, head]
    assert git("rev-parse", "refs/pull/1/merge", folder=here) == merged


def test_artifacts_are_of_a_run_and_the_site_is_of_all(rehearsed):
    second = replace(rehearsed, run=2)
    assert second.artifacts != rehearsed.artifacts
    assert (second.site, second.repository()) == (rehearsed.site, rehearsed.repository())


def test_a_repository_is_begun_once(rehearsed):
    with pytest.raises(FileExistsError):
        rehearsed.begin("somebody/find-mem-leaks")
    assert rehearsed.begin("somebody/else") == Path(rehearsed.root) / "server" / "somebody" / "else"
