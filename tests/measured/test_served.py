"""What a served stack is told apart by, where no server is installed: plans and rows."""

import json
import sqlite3
from types import SimpleNamespace

import pytest

from find_mem_leaks.measured import plan
from find_mem_leaks.measured.blog import database
from find_mem_leaks.measured.sender import Sender
from find_mem_leaks.measured.served import STABLE_ROWS, ServedWorkload

REQUESTS = dict.fromkeys(plan.KINDS, ("GET", "/", None, 200))
TABLES = """
CREATE TABLE post (id INTEGER PRIMARY KEY, title, body);
CREATE TABLE comment (id INTEGER PRIMARY KEY, post_id, body);
"""


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
    made, told = ServedWorkload(stack, database.File(file), setting), []
    stdin = SimpleNamespace(write=lambda line: told.append(json.loads(line)), flush=lambda: None)
    made._sender = Sender.__new__(Sender)
    made._sender._process = SimpleNamespace(stdin=stdin)
    return made, told


def test_a_round_begins_with_stable_rows_and_one_for_each_delete(file):
    made, told = workload(file)
    assert made.prepare(3, 40) == dict.fromkeys(plan.KINDS, 10)
    assert database.count(file) == STABLE_ROWS + 10
    assert told == [{"round": 3, "operations": 40, "stable": STABLE_ROWS}]
    made.check()


def test_rows_that_the_requests_do_not_leave_are_found_out(file):
    made, _ = workload(file)
    made.prepare(1, 40)
    database.fill(file, STABLE_ROWS)
    with pytest.raises(RuntimeError, match="the plan leaves 210 posts, the database holds 200"):
        made.check()


def test_a_scenario_of_the_stacks_own_is_one_kind_of_request_and_needs_no_rows(file):
    made, told = workload(file, "upload", {**REQUESTS, "upload": ("POST", "/upload", "x", 201)})
    assert made.prepare(1, 40) == {}
    assert database.count(file) == 0
    assert made._setting["kinds"] == ["upload"]
    assert told[0]["operations"] == 40
    made.check()


def test_a_client_that_misbehaves_is_told_its_paths_and_finds_rows_to_read(file):
    made, told = workload(file, "reset_idle")
    assert (made._setting["behaviour"], made._setting["kinds"], made._setting["paths"]) == ("reset_idle", [], {})
    assert made.prepare(1, 40) == {}
    assert database.count(file) == STABLE_ROWS
    assert told == [{"round": 1, "operations": 40, "stable": STABLE_ROWS}]
    made.check()
    assert made.runs_timers_out


def test_a_stack_without_rows_needs_none_for_a_client(file):
    made, _ = workload(file, "reset_idle", {"upload": ("POST", "/upload", "x", 201)})
    made.prepare(1, 40)
    assert database.count(file) == 0
    made.check()


def test_other_scenarios_keep_their_timers(file):
    made, _ = workload(file)
    assert not made._setting["behaviour"]
    assert not made.runs_timers_out


def test_an_exception_is_meant_where_the_request_that_is_sent_says_so(file):
    requests = {**REQUESTS, "raises": ("GET", "/raise", None, 500)}
    assert workload(file, "raises", requests)[0]._fails_on_purpose
    assert not workload(file, "read_heavy", requests)[0]._fails_on_purpose
    assert workload(file, "half_request")[0]._fails_on_purpose
