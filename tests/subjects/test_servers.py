"""Servers that an environment lacks."""

import atexit
from pathlib import Path

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import environments, servers


@pytest.fixture
def at_exit(monkeypatch):
    """What is to be done when the run ends; carried out at the end of the test."""
    registered = []
    monkeypatch.setattr(atexit, "register", registered.append)
    yield registered
    servers.fetched.cache_clear()
    for each in registered:
        each()


def test_a_server_is_fetched_once_and_goes_with_the_run(monkeypatch, at_exit):
    installed = []
    monkeypatch.setattr(environments, "install_into", lambda *arguments: installed.append(arguments))
    folder = servers.fetched("/x/python", "waitress")
    assert servers.fetched("/x/python", "waitress") == folder
    assert installed == [(folder, "/x/python", ["waitress"])]
    assert Path(folder).is_dir()
    at_exit.pop()()
    assert not Path(folder).exists()


def test_where_it_cannot_be_fetched_the_command_is_told(monkeypatch, at_exit):
    def fails(*_):
        raise UsageError("the environment could not be built: no network")

    monkeypatch.setattr(environments, "install_into", fails)
    with pytest.raises(UsageError, match=r"install it by /x/python -m pip install waitress \(the env.*no network"):
        servers.fetched("/x/python", "waitress")
    assert at_exit
