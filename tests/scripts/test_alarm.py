"""One issue, not many: against a stand-in for GitHub's command line that keeps its issues in a file."""

import json
import os

import alarm
import pytest
from rehearsal import hub as rehearsed


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """The file of issues of a stand-in for ``gh``."""
    rehearsed.tools(tmp_path)
    (tmp_path / "issues.json").write_text("[]")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "issues.json"


@pytest.fixture
def watched(tmp_path):
    folder = tmp_path / "watch"
    folder.mkdir()

    def write(package, *turns):
        line = {"package": package, "releases": [], "turns": [
            {"what": what, "release": release, "before": "1.0", "between": []} for what, release in turns
        ]}  # fmt: skip
        (folder / f"{package}.json").write_text(json.dumps(line))
        return folder

    return write


def tell(folder):
    return alarm.tell(alarm.leaks(folder))


def test_nothing_is_opened_where_nothing_begins_to_leak(hub, watched):
    assert tell(watched("greenlet", ("fixed", "3.1"))) == "no release begins to leak"
    assert json.loads(hub.read_text()) == []


def test_all_new_leaks_are_one_issue(hub, watched):
    watched("fastapi", ("leaks", "0.120"))
    tell(watched("greenlet", ("leaks", "3.2")))
    [issue] = json.loads(hub.read_text())
    assert "fastapi 0.120" in issue["body"]
    assert "greenlet 3.2" in issue["body"]


def test_the_same_leak_a_week_later_is_no_news(hub, watched):
    folder = watched("greenlet", ("leaks", "3.2"))
    tell(folder)
    before = hub.read_text()
    assert tell(folder) == "1 leaks, none of them new"
    assert hub.read_text() == before


def test_another_leak_is_told_in_the_issue_that_is_open(hub, watched):
    tell(watched("greenlet", ("leaks", "3.2")))
    tell(watched("fastapi", ("leaks", "0.120")))
    [issue] = json.loads(hub.read_text())
    assert ["fastapi 0.120" in comment["body"] for comment in issue["comments"]] == [True]
    assert tell(watched("fastapi", ("leaks", "0.120"))) == "2 leaks, none of them new"


def test_a_leak_whose_issue_was_closed_is_not_told_again_but_another_is(hub, watched):
    folder = watched("greenlet", ("leaks", "3.2"))
    tell(folder)
    hub.write_text(hub.read_text().replace("OPEN", "CLOSED"))
    tell(folder)
    assert len(json.loads(hub.read_text())) == 1
    tell(watched("greenlet", ("leaks", "3.2"), ("leaks", "3.4")))
    issues = json.loads(hub.read_text())
    assert [("greenlet 3.2" in issue["body"], "greenlet 3.4" in issue["body"]) for issue in issues] == [
        (True, False),
        (False, True),
    ]


def test_an_issue_of_another_title_is_not_ours(hub, watched):
    other = {"number": 1, "title": "Something else", "state": "OPEN", "body": "", "comments": []}
    hub.write_text(json.dumps([other]))
    tell(watched("greenlet", ("leaks", "3.2")))
    assert [issue["title"] for issue in json.loads(hub.read_text())] == ["Something else", alarm.TITLE]
