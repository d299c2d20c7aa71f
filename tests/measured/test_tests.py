"""Tests as workloads: called as pytest calls them, in a session of pytest's inside of this one."""

import io
import json
import sys
import tracemalloc
from pathlib import Path

import pytest

from find_mem_leaks.measured import callers, protocol

FIXTURES = """
import logging, os, sys, tracemalloc, warnings
import pytest

happened = []

@pytest.fixture(scope="module")
def wide():
    happened.append("wide begins")
    yield 1
    happened.append("wide ends")

@pytest.fixture
def narrow(wide, tmp_path):
    happened.append("narrow begins")
    yield tmp_path
    happened.append("narrow ends")

@pytest.fixture(scope="module")
def traced():
    tracemalloc.start()

@pytest.fixture(scope="session", autouse=True)
def told():
    yield
    with open(os.path.join(os.path.dirname(__file__), "happened.txt"), "w") as file:
        file.write(", ".join(happened))
"""
SUITE = f"""{FIXTURES}
folders = []

def test_fixtures(narrow, request):
    folders.append(narrow)
    assert set(folders) == {{narrow}}
    assert not list(narrow.iterdir())
    (narrow / "left").touch()
    request.node.add_report_section("call", "stdout", "text")
    request.node.user_properties.append(("a", 1))
    request.node.more = 1

class TestInstance:
    def test_state(self, request):
        assert not hasattr(self, "state")
        self.state = 1
        assert request.instance is self

def test_kept(request, recwarn, caplog, capsys):
    node, config = request.node, request.config
    assert not node._report_sections and not node.user_properties and not hasattr(node, "more")
    assert len(config.hook.pytest_warning_recorded._call_history) < 2
    for fixture in request._fixture_defs.values():
        assert len(fixture._finalizers) < 4
    node.add_report_section("call", "stdout", "text")
    node.user_properties.append(("a", 1))
    node.more = 1
    logging.warning("a line")
    print("printed")

def test_warns():
    warnings.warn("careful %s" % os.urandom(4))

def test_traced(traced, seen=[]):
    seen.append(tracemalloc.is_tracing())
    assert seen == [True, *[False] * (len(seen) - 1)]

def test_leaves(tmp_path):
    os.chdir(tmp_path)
    os.close(os.dup(1))
    os.environ["LEFT"] = "1"

def test_fails():
    raise ValueError("no such order")

def test_fails_by_pytest():
    pytest.fail("not like this")

def test_without_its_fixture(nowhere):
    pass

def test_skips():
    pytest.skip("no network")

@pytest.mark.xfail(reason="known")
def test_expected():
    assert 1 == 2

@pytest.mark.xfail(strict=True)
def test_unexpected():
    pass

def test_once(ran=[]):
    ran.append(1)
    assert len(ran) < 3
"""
DOCUMENT = ">>> a = 1\n>>> a\n1\n"


@pytest.fixture
def suite(tmp_path, monkeypatch):
    """A folder with a suite, called as from there; what a session of pytest's changes is as it was."""
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "test_it.py").write_text(SUITE)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = default\n")
    (folder / "document.txt").write_text(DOCUMENT)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    monkeypatch.setenv("LEFT", "0")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path))
    modules = set(sys.modules)
    yield folder
    for name in set(sys.modules) - modules:
        if name in {"test_it", "test_late", "test_own", "conftest"}:
            del sys.modules[name]
    sys.path[:] = [entry for entry in sys.path if entry != str(folder)]
    callers.begin()


def served(folder, name, *requests, file="test_it.py"):
    directory = folder.parent / "scratch"
    asked = {"nodeid": f"{file}::{name}", "path": str(folder / file), "arguments": ["--rootdir", str(folder)]}
    first = {"do": "open", "test": asked, "directory": str(directory), "hands_off": True}
    replies = io.BytesIO()
    lines = b"".join(json.dumps(request).encode() + b"\n" for request in (first, *requests))
    protocol.serve(io.BytesIO(lines), replies)
    return [json.loads(line) for line in replies.getvalue().splitlines()]


def called(folder, name, *stretches, file="test_it.py"):
    """The replies to stretches of calls, and to the end."""
    asked = [{"do": "leave", "operations": calls} for calls in stretches]
    return served(folder, name, {"do": "prepare", "round": 1, "operations": 9}, *asked, {"do": "close"}, file=file)


def test_fixtures_of_the_test_are_set_up_and_torn_down_with_each_call_and_wider_ones_once(suite):
    *_, closed = called(suite, "test_fixtures", 1, 2)
    assert closed == {"closed": True}
    each = ["narrow begins", "narrow ends"]
    assert (suite / "happened.txt").read_text() == ", ".join(["wide begins", *each * 3, "wide ends"])


@pytest.mark.parametrize("name", ["test_kept", "TestInstance::test_state", "test_warns", "test_leaves"])
def test_nothing_of_pytests_own_is_kept_from_one_call_to_the_next(suite, name):
    *_, closed = called(suite, name, 2, 3)
    assert closed == {"closed": True}
    assert Path.cwd() == suite


def test_memory_is_looked_at_without_the_tracemalloc_of_a_suite(suite):
    *_, closed = called(suite, "test_traced", 0, 1, 2, 1)  # none at first, as where operations are given
    assert closed == {"closed": True}
    assert not tracemalloc.is_tracing()


def test_a_document_is_a_test(suite):
    *_, closed = called(suite, "document.txt", 1, 3, file="document.txt")
    assert closed == {"closed": True}


@pytest.mark.parametrize(
    ("name", "message", "is_skip", "operation"),
    [
        ("test_fails", "no such order", False, 0),
        ("test_fails_by_pytest", "Failed: not like this", False, 0),
        ("test_without_its_fixture", "fixture 'nowhere' not found", False, 0),
        ("test_unexpected", "[XPASS(strict)] ", False, 0),
        ("test_skips", "no network", True, 0),
        ("test_expected", "xfail: known", True, 0),
        ("test_once", "assert 3 < 3", False, 2),
        ("test_gone", "there is no test test_it.py::test_gone", False, 0),
    ],
)
def test_what_became_of_a_call_is_told(suite, name, message, is_skip, operation):
    *_, reply = called(suite, name, 1, 1, 1)
    assert reply["error"]["message"].splitlines()[0].startswith(message)
    assert (reply["error"]["skip"], reply["error"]["operation"]) == (is_skip, operation)


@pytest.mark.parametrize("name", ["test_late_error", "test_late_skip"])
def test_what_is_wider_than_a_test_that_cannot_go_on_is_torn_down(suite, name):
    (suite / "test_late.py").write_text(
        f"{FIXTURES}\ncalls = []\n"
        "def test_late_error(wide):\n    calls.append(1)\n    assert len(calls) < 2\n"
        "def test_late_skip(wide):\n    pytest.skip('no network')\n"
    )
    *_, reply = called(suite, name, 1, 1, file="test_late.py")
    assert "error" in reply
    assert (suite / "happened.txt").read_text() == "wide begins, wide ends"


@pytest.mark.parametrize("fixture", ["tmpdir", "tmp_path"])
def test_only_a_directory_that_pytest_made_is_removed(suite, fixture):
    (suite / "kept").mkdir()
    (suite / "test_own.py").write_text(
        f"import pathlib, pytest\n@pytest.fixture\ndef {fixture}():\n    return pathlib.Path('kept').resolve()\n"
        f"def test_own({fixture}):\n    ({fixture} / 'file').touch()\n"
    )
    *_, closed = called(suite, "test_own", 2, file="test_own.py")
    assert closed == {"closed": True}
    assert (suite / "kept" / "file").exists()


def test_a_conftest_that_begins_with_the_session_ends_with_it(suite):
    (suite / "conftest.py").write_text(
        "import os\ndef pytest_sessionstart():\n    os.mkdir('begun')\n"
        "def pytest_sessionfinish():\n    os.rmdir('begun')\n"
    )
    for name in ("test_fixtures", "test_fails"):
        called(suite, name, 1)
        assert not (suite / "begun").exists()


def test_an_error_is_told_with_its_line(suite):
    *_, reply = called(suite, "test_fails", 1)
    assert reply["error"]["place"].startswith("test_it.py:")
    assert reply["error"]["type"] == "ValueError"
