"""A hub of the tests' own, and jobs on it: no network, no nox, no settings of a person's git."""

import pytest
from rehearsal.actions import Runner
from rehearsal.environment import Place
from rehearsal.hub import Hub, tools


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def rehearsed(tmp_path):
    """A hub with a repository of one commit."""
    hub = Hub(tmp_path / "hub")
    tools(hub.tools)
    hub.begin("somebody/find-mem-leaks")
    hub.commit("Begin", {"README": "a project", "old": "old"})
    return hub


@pytest.fixture
def job(rehearsed):
    """Makes the runner of a job at the newest commit of main, with these rights; each in a place of its own."""

    def make(name="job", **more):
        place = Place(rehearsed.root / "jobs" / name)
        place.make()
        event = {"sha": rehearsed.tip("main"), "ref": "refs/heads/main", "repository": "somebody/find-mem-leaks"}
        return Runner(rehearsed, place, {**event, **more.pop("event", {})}, **more)

    return make
