"""Jobs and the servers that they work on, where a server is not to be had too."""

from contextlib import ExitStack
from dataclasses import replace

import pytest

from find_mem_leaks import runner
from find_mem_leaks.commands import databases
from find_mem_leaks.commands.databases import on_servers
from find_mem_leaks.database_servers import kinds
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.leading.order import Order
from find_mem_leaks.runner import Job
from find_mem_leaks.subjects.databases import DRIVERS, Database, Server
from find_mem_leaks.subjects.environments import Environment
from find_mem_leaks.subjects.scenarios import Scenario
from led import Silence

HERE = Environment("no-such-python", "3.13.0", {}, ())
PSYCOPG, PYMYSQL = (Database(DRIVERS[name]) for name in ("postgresql+psycopg", "mysql+pymysql"))
NONE = "there is no MariaDB here"


def job(database):
    scenario = Scenario("balanced", (25, 25, 25, 25), 1_000)
    return Job(HERE, Order("sync_session", scenario, 0, Rules(), 20.0, 3.0, rounds=2, database=database))


@pytest.fixture
def servers(monkeypatch):
    """Which servers were started: there is a PostgreSQL, and no MariaDB."""
    started = []

    def start(kind, throw_away):
        started.append(kind)
        if kind == "mysql":
            raise UsageError(NONE)
        throw_away.callback(started.append, "ended")
        return Server("postgresql://me@/db")

    monkeypatch.setattr(kinds, "started", start)
    for name in ("POSTGRESQL", "MYSQL"):
        monkeypatch.delenv(f"FIND_MEM_LEAKS_{name}_URL", raising=False)
    return started


def test_all_jobs_of_a_kind_share_a_server_that_ends_with_the_call(servers):
    with ExitStack() as throw_away:
        found = on_servers([job(PSYCOPG), job(None), job(PSYCOPG)], throw_away)
        assert servers == ["postgresql"]
    urls = [each.order.database and each.order.database.url for each in found]
    assert urls == ["postgresql+psycopg://me@/db", None, "postgresql+psycopg://me@/db"]
    assert servers == ["postgresql", "ended"]


def test_one_that_runs_is_taken_and_none_started(servers, monkeypatch):
    monkeypatch.setenv("FIND_MEM_LEAKS_MYSQL_URL", "mysql://me@host/db")
    named = replace(PSYCOPG, url="postgresql+psycopg://you@host/db")
    with ExitStack() as throw_away:
        found = on_servers([job(PYMYSQL), job(named)], throw_away)
    assert [each.order.database.url for each in found] == ["mysql+pymysql://me@host/db", named.url]
    assert servers == []


def test_where_a_server_is_not_to_be_had_its_jobs_fail_with_the_reason_and_the_others_go_on(servers):
    with ExitStack() as throw_away:
        found = on_servers([job(PYMYSQL), job(PSYCOPG), job(PYMYSQL)], throw_away)
    assert servers.count("mysql") == 1
    assert [each.order.refused for each in found] == [NONE, "", NONE]
    cells = []
    assert runner.run([found[0]], 1, Silence(), cells.append)
    [cell] = cells
    assert (cell.verdict, cell.reason, cell.database) == (Verdict.FAILED, NONE, "mysql+pymysql")


def test_where_no_server_at_all_is_to_be_had_the_call_is_refused(servers):
    with ExitStack() as throw_away, pytest.raises(UsageError, match=NONE):
        on_servers([job(PYMYSQL)], throw_away)


def test_a_file_is_told_of_its_server_by_a_variable_and_a_stack_is_not(servers):
    of_file = replace(job(PSYCOPG), order=replace(job(PSYCOPG).order, file="shop.py"))
    with ExitStack() as throw_away:
        told, untold = (found.order.variables for found in on_servers([of_file, job(PSYCOPG)], throw_away))
    assert told == {"DATABASE_URL": "postgresql+psycopg://me@/db"}
    assert untold == {}


def test_a_server_that_is_named_is_not_started_and_one_that_is_not_to_be_had_is_a_refusal(servers):
    with ExitStack() as throw_away:
        assert databases.server(PSYCOPG, throw_away) == Server("postgresql://me@/db")
        named = replace(PYMYSQL, url="mysql://me@host/db")
        assert databases.server(named, throw_away) == Server("mysql://me@host/db")
        with pytest.raises(UsageError, match=NONE):
            databases.server(PYMYSQL, throw_away)
    assert servers == ["postgresql", "mysql", "ended"]
