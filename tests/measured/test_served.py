"""What a served stack is told apart by, where no server is installed: what an application let out, and plans."""

import asyncio
import json
import sqlite3
import sys
from types import SimpleNamespace

import pytest

from find_mem_leaks.measured import family, plan, served
from find_mem_leaks.measured.served import STABLE_ROWS, Recording, ServedWorkload

REQUESTS = dict.fromkeys(plan.KINDS, ("GET", "/", None, 200))
TABLES = """
CREATE TABLE post (id INTEGER PRIMARY KEY, title, body);
CREATE TABLE comment (id INTEGER PRIMARY KEY, post_id, body);
"""


async def quiet(scope, receive, send):
    await send(scope)


async def failing(scope, receive, send):
    raise KeyError(scope)


def test_an_application_that_answers_leaves_no_error():
    recording, sent = Recording(quiet), []

    async def send(message):
        sent.append(message)

    asyncio.run(recording("scope", None, send))
    assert sent == ["scope"]
    assert recording.take_error() is None


def test_an_exception_goes_on_its_way_and_is_taken_once():
    recording = Recording(failing)
    with pytest.raises(KeyError):
        asyncio.run(recording("one", None, None))
    assert repr(recording.take_error()) == "KeyError('one')"
    assert recording.take_error() is None


def test_the_last_exception_is_the_one_that_is_told():
    recording = Recording(failing)
    for scope in ("one", "two"):
        with pytest.raises(KeyError):
            asyncio.run(recording(scope, None, None))
    assert served._in_brackets(recording.take_error()) == " (KeyError: 'two')"
    assert served._in_brackets(None) == ""


@pytest.fixture
def file(tmp_path):
    path = str(tmp_path / "database.sqlite")
    with sqlite3.connect(path) as connection:
        connection.executescript(TABLES)
    connection.close()
    return path


def workload(file, scenario="read_heavy", requests=REQUESTS):
    """A workload, and what it has told the process that sends the requests."""
    stack = SimpleNamespace(requests=requests)
    setting = {"scenario": scenario, "mix": (1, 1, 1, 1), "concurrency": 2, "seed": 0, "capacity": 100}
    made, told = ServedWorkload(stack, file, setting), []
    stdin = SimpleNamespace(write=lambda line: told.append(json.loads(line)), flush=lambda: None)
    made._client = SimpleNamespace(stdin=stdin)
    return made, told


def test_a_round_begins_with_stable_rows_and_one_for_each_delete(file):
    made, told = workload(file)
    assert made.prepare(3, 40) == dict.fromkeys(plan.KINDS, 10)
    assert served.database.count(file) == STABLE_ROWS + 10
    assert told == [{"round": 3, "operations": 40, "stable": STABLE_ROWS}]
    made.check()


def test_rows_that_the_requests_do_not_leave_are_found_out(file):
    made, _ = workload(file)
    made.prepare(1, 40)
    served.database.fill(file, STABLE_ROWS)
    with pytest.raises(RuntimeError, match="the plan leaves 210 posts, the database holds 200"):
        made.check()


def test_a_scenario_of_the_stacks_own_is_one_kind_of_request_and_needs_no_rows(file):
    made, told = workload(file, "upload", {**REQUESTS, "upload": ("POST", "/upload", "x", 201)})
    assert made.prepare(1, 40) == {}
    assert served.database.count(file) == 0
    assert made._setting["kinds"] == ["upload"]
    assert told[0]["operations"] == 40
    made.check()


def test_the_process_that_sends_the_requests_is_none_of_the_stacks(monkeypatch):
    left_out = []
    monkeypatch.setattr(family, "leave_out", left_out.append)
    served._leave_out(99)
    assert left_out == [99]
    monkeypatch.setitem(sys.modules, "find_mem_leaks.measured.family", None)
    monkeypatch.delattr("find_mem_leaks.measured.family")
    served._leave_out(98)
    assert left_out == [99]


def test_a_client_that_misbehaves_is_told_its_routes_and_finds_rows_to_read(file):
    made, told = workload(file, "reset_idle")
    assert (made._setting["behaviour"], made._setting["kinds"], made._setting["routes"]) == ("reset_idle", [], {})
    assert made.prepare(1, 40) == {}
    assert served.database.count(file) == STABLE_ROWS
    assert told == [{"round": 1, "operations": 40, "stable": STABLE_ROWS}]
    made.check()
    assert "timeout_keep_alive" not in made._configuration()
    assert made.runs_timers_out


def test_a_stack_without_rows_needs_none_for_a_client(file):
    made, _ = workload(file, "reset_idle", {"upload": ("POST", "/upload", "x", 201)})
    made.prepare(1, 40)
    assert served.database.count(file) == 0
    made.check()


def test_other_scenarios_keep_their_connections_and_timers(file):
    made, _ = workload(file)
    assert made._setting["behaviour"] is None
    assert made._configuration()["timeout_keep_alive"] == served.KEEP_ALIVE
    assert not made.runs_timers_out


def test_an_exception_is_meant_where_the_request_that_is_sent_says_so(file):
    requests = {**REQUESTS, "raises": ("GET", "/raise", None, 500)}
    assert workload(file, "raises", requests)[0]._fails_on_purpose
    assert not workload(file, "read_heavy", requests)[0]._fails_on_purpose
    assert workload(file, "half_request")[0]._fails_on_purpose


class Listener:
    """A server's state, each look at which takes one away from what is under way."""

    def __init__(self, under_way, never=0):
        self.left, self.never = under_way, never

    @property
    def tasks(self):
        self.left = max(self.left - 1, self.never)
        return range(self.left)

    connections = ()


def finished(file, state, monkeypatch, **patience):
    made, _ = workload(file, "reset_idle")
    made._server = SimpleNamespace(server_state=state)
    made._listener = None
    made._patience = patience.get("first", 5.0)
    monkeypatch.setattr(served.select, "select", lambda *_: ((), (), ()))
    asyncio.run(made._finished())
    return made


def test_a_look_waits_until_nothing_is_under_way(file, monkeypatch):
    state = Listener(20)
    assert finished(file, state, monkeypatch)._never_ends == 0
    assert state.left == 0


def test_what_never_ends_is_waited_for_once(file, monkeypatch):
    made = finished(file, Listener(20, never=3), monkeypatch, first=0.05)
    assert (made._never_ends, made._patience) == (3, served.LATER_PATIENCE)


@pytest.mark.parametrize("never", [0, 3])
def test_a_server_is_not_left_to_wait_for_what_never_ends(file, never):
    made, _ = workload(file, "abort_response")
    closed = SimpleNamespace(close=lambda: None)
    made._never_ends, made._pipe = never, closed
    made._client = SimpleNamespace(stdin=closed, wait=lambda _: None)
    made._server = SimpleNamespace(should_exit=False, force_exit=False)

    async def close():
        made._serving = asyncio.ensure_future(asyncio.sleep(0))
        made.stack.close = made_close
        await made.close()

    async def made_close():
        pass

    asyncio.run(close())
    assert (made._server.should_exit, made._server.force_exit) == (True, bool(never))
