"""Operations that tests hand over, in a session of pytest's inside of this one."""

import io
import json
import sys

import pytest

from find_mem_leaks.measured import callers, protocol

CONFTEST = """
import asyncio
import pytest

@pytest.fixture
def leaks(request):
    inside = request.config.pluginmanager.get_plugin("find-mem-leaks-inside")

    def leaks(operation, *arguments):
        if inside.takes_next():
            inside.measure(operation, arguments)

    async def awaited(operation, *arguments):
        if inside.takes_next():
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, inside.measure, operation, arguments, loop)

    leaks.awaited = awaited
    return leaks

@pytest.fixture
def file(tmp_path_factory):
    yield tmp_path_factory.getbasetemp().parent.parent / "happened.txt"
"""
SUITE = """
import asyncio
import logging
import warnings
import pytest

def test_closure(leaks, file, caplog, recwarn):
    happened = []

    def operation(word):
        happened.append(word)
        logging.warning("a line")
        warnings.warn("careful")

    leaks(happened.append, "not this one")
    leaks(operation, "called")
    assert not caplog.records
    assert not recwarn.list
    file.write_text(", ".join(happened))

def test_coroutine(leaks, file):
    happened = []

    async def operation():
        await asyncio.sleep(0)
        happened.append("awaited")

    leaks(operation)
    file.write_text(", ".join(happened))

def test_awaited(leaks, file):
    happened = []

    async def test():
        lock = asyncio.Lock()

        async def operation():
            async with lock:
                happened.append("awaited")

        await leaks.awaited(operation)
        await leaks.awaited(lambda: happened.append("not this one"))

    asyncio.run(test())
    file.write_text(", ".join(happened))

def test_plain_function_awaited(leaks, file):
    happened = []

    async def test():
        await leaks.awaited(happened.append, "called")

    asyncio.run(test())
    file.write_text(", ".join(happened))

def test_fails_before(leaks):
    raise ValueError("no such order")

def test_fails_in_it(leaks):
    leaks({}.pop, 1)

def test_fails_after(leaks, file):
    leaks(list)
    file.write_text("goes on")
    assert False

def test_hands_over_nothing(leaks):
    pass
"""


@pytest.fixture
def suite(tmp_path, monkeypatch):
    """A folder with a suite, called as from there; what a session of pytest's changes is as it was."""
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_inside.py").write_text(SUITE)
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = default\n")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    modules = set(sys.modules)
    yield folder
    for name in {"test_inside", "conftest"} & set(sys.modules) - modules:
        del sys.modules[name]
    sys.path[:] = [entry for entry in sys.path if entry != str(folder)]
    callers.begin()


def served(folder, name, number=1):
    """The replies to a number of operations that a test hands over, and what the test wrote at its end."""
    asked = {
        "nodeid": f"test_inside.py::{name}",
        "path": str(folder / "test_inside.py"),
        "arguments": ["--rootdir", str(folder), "-p", "no:find-mem-leaks"],
        "operation": number,
    }
    directory = folder.parent / "scratch" / "cell"
    requests = [
        {"do": "open", "test": asked, "directory": str(directory)},
        {"do": "prepare", "round": 1, "operations": 5},
        {"do": "stretch", "operations": 2},
        {"do": "stretch", "operations": 3},
        {"do": "finish"},
        {"do": "close"},
    ]
    replies = io.BytesIO()
    code = protocol.serve(io.BytesIO(b"".join(json.dumps(each).encode() + b"\n" for each in requests)), replies)
    files = list(folder.parent.rglob("happened.txt"))
    return code, [json.loads(line) for line in replies.getvalue().splitlines()], files and files[0].read_text()


@pytest.mark.parametrize(
    ("name", "number", "written"),
    [
        ("test_closure", 2, "called"),
        ("test_coroutine", 1, "awaited"),
        ("test_awaited", 1, "awaited"),
        ("test_plain_function_awaited", 1, "called"),
    ],
)
def test_an_operation_is_carried_out_where_the_test_stands_which_then_goes_on(suite, name, number, written):
    code, replies, happened = served(suite, name, number)
    assert code == 0
    opened, _, first, second, _, closed = replies
    assert opened["allocator"]
    assert (first["calls"], second["calls"]) == (1, 2)
    assert closed == {"closed": True}
    assert happened == ", ".join([written] * 5)


def test_what_the_test_does_afterwards_is_its_own_affair(suite):
    code, replies, happened = served(suite, "test_fails_after")
    assert (code, replies[-1], happened) == (0, {"closed": True}, "goes on")


def test_an_operation_that_fails_is_told_when_the_test_has_torn_down_what_it_worked_on(suite, monkeypatch):
    events = []
    monkeypatch.setattr(protocol, "events", events, raising=False)
    monkeypatch.setattr(protocol, "_write", lambda _, reply: events.append(*reply if "error" in reply else ["reply"]))
    (suite / "test_inside.py").write_text(
        "import pytest\nfrom find_mem_leaks.measured import protocol\n"
        "@pytest.fixture\ndef database():\n    yield\n    protocol.events.append('torn down')\n"
        "def test_in_database(database, leaks):\n    leaks({}.pop, 1)\n"
    )
    assert served(suite, "test_in_database")[0] == 1
    assert events == ["reply", "reply", "torn down", "error"]


@pytest.mark.parametrize(
    ("name", "error", "replies"),
    [
        ("test_fails_before", "ValueError", 1),
        ("test_hands_over_nothing", "LookupError", 1),
        ("test_fails_in_it", "KeyError", 3),
    ],
)
def test_what_goes_wrong_is_told_once_it_does(suite, name, error, replies):
    _, found, _ = served(suite, name)
    errors = [place for place, reply in enumerate(found, start=1) if "error" in reply]
    assert errors[0] == replies
    assert found[replies - 1]["error"]["type"] == error
