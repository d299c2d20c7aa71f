"""A hub of the tests' own: no network, no nox, no settings of a person's git."""

import pytest
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
