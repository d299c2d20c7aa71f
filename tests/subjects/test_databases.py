"""Names and URLs of databases, and which stacks can work on them."""

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import catalogue, databases
from find_mem_leaks.subjects.databases import DRIVERS, Database, Server, parse

ASYNCPG, PSYCOPG2, PSYCOPG = (Database(DRIVERS[f"postgresql+{name}"]) for name in ("asyncpg", "psycopg2", "psycopg"))


def test_a_driver_is_named_as_sqlalchemy_names_it():
    assert parse("postgresql+asyncpg") == ASYNCPG
    assert parse("sqlite") is None


def test_a_url_says_where_the_server_is():
    assert parse("postgresql+asyncpg://me:secret@host/db").url == "postgresql+asyncpg://me:secret@host/db"


def test_a_server_is_asked_by_the_driver_that_is_measured():
    for url in ("postgresql://me@host/db?x=1", "postgresql+psycopg2://me@host/db?x=1"):
        assert ASYNCPG.at(Server(url)).url == "postgresql+asyncpg://me@host/db?x=1"


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("postgresql://me@/postgres?host=/run/s", "postgresql+psycopg://me@/own?host=/run/s"),
        ("postgresql://me:secret@host:5432/postgres", "postgresql+psycopg://me:secret@host:5432/own"),
    ],
)
def test_another_database_of_a_server_differs_in_its_name_alone(url, other):
    here = PSYCOPG.at(Server(url, ("psql", "-c")))
    assert here.named("own") == Database(PSYCOPG.driver, other, ("psql", "-c"))


def test_over_a_socket_nothing_is_encrypted():
    pymysql, asyncmy = (Database(DRIVERS[f"mysql+{name}"]) for name in ("pymysql", "asyncmy"))
    socket = "mysql://root@/mysql?unix_socket=/run/s"
    assert pymysql.at(Server(socket)).url == "mysql+pymysql://root@/mysql?unix_socket=/run/s&ssl_disabled=true"
    assert asyncmy.at(Server(socket)).url == "mysql+asyncmy://root@/mysql?unix_socket=/run/s"
    assert pymysql.at(Server("mysql://me@host/db")).url == "mysql+pymysql://me@host/db"


@pytest.mark.parametrize("name", ["postgresql", "mysql"])
def test_a_server_without_a_driver_names_those_that_there_are(name):
    with pytest.raises(UsageError, match=rf"names no driver: give one of {name}\+"):
        parse(name)
    with pytest.raises(UsageError, match=r"postgresql://me:\*\*\*@host/db names no driver"):
        parse("postgresql://me:secret@host/db")


def test_a_file_takes_a_kind_of_server_as_well_as_a_driver_and_one_alone():
    assert databases.of_file(["postgresql"]).at(Server("postgresql+psycopg2://me@/db")).url == "postgresql://me@/db"
    assert databases.of_file(["mysql://me@host/db"]).url == "mysql://me@host/db"
    assert databases.of_file(["postgresql+asyncpg"]) == ASYNCPG
    assert databases.of_file([]) is databases.of_file(["sqlite"]) is None
    with pytest.raises(UsageError, match="works on one database, not 2"):
        databases.of_file(["postgresql", "mysql"])
    with pytest.raises(UsageError, match="database"):
        databases.of_file(["oracle"])


@pytest.mark.parametrize("name", ["oracle+cx_oracle", "sqlite:///file.db", "postgresql+asynpg"])
def test_a_database_that_is_none_of_them_is_refused(name):
    with pytest.raises(UsageError, match="database"):
        parse(name)


def test_a_password_is_never_said():
    with pytest.raises(UsageError) as refused:
        parse("oracle://me:secret@host/db")
    assert "secret" not in str(refused.value)
    with pytest.raises(UsageError, match="FIND_MEM_LEAKS_POSTGRESQL_URL is ") as refused:
        databases.running("postgresql", {"FIND_MEM_LEAKS_POSTGRESQL_URL": "mysql://me:secret@host/db"})
    assert "secret" not in str(refused.value)


def test_a_server_that_runs_is_named_by_a_variable():
    assert databases.running("mysql", {"FIND_MEM_LEAKS_MYSQL_URL": "mysql://me@host/db"}) == "mysql://me@host/db"
    assert databases.running("mysql", {"FIND_MEM_LEAKS_MYSQL_URL": ""}) is None
    assert databases.running("postgresql", {"FIND_MEM_LEAKS_MYSQL_URL": "mysql://me@host/db"}) is None


def test_a_synchronous_stack_takes_a_synchronous_driver_and_an_asynchronous_one_the_other():
    stacks = catalogue.stacks()
    assert "is asynchronous, and sync_session is not" in ASYNCPG.refuses(stacks["sync_session"], "2.0.1")
    assert "is synchronous, and async_session is not" in PSYCOPG2.refuses(stacks["async_session"], "2.0.1")
    for name in ("sync_session", "async_session"):
        assert PSYCOPG.refuses(stacks[name], "2.0.1") is None


def test_a_driver_that_came_later_is_refused_by_the_series_before():
    assert "it came with 2.0" in PSYCOPG.refuses(catalogue.stacks()["sync_session"], "1.4.54")
    assert PSYCOPG2.refuses(catalogue.stacks()["sync_session"], "1.4.54") is None


@pytest.mark.parametrize("name", ["peewee_sync_connection", "intended_leak", "mistake_literal_sql"])
def test_stacks_with_a_database_of_their_own_are_refused(name):
    assert "works on a SQLite file alone" in PSYCOPG.refuses(catalogue.stacks()[name], "2.0.1")


def test_a_stack_on_a_server_needs_its_driver_and_not_that_of_sqlite():
    stack = catalogue.stacks()["fastapi_async_session"]
    assert "aiosqlite" in stack.requires
    assert set(ASYNCPG.requires(stack)) == {*stack.requires, "asyncpg"} - {"aiosqlite"}


def test_scenarios_of_a_driver_are_those_that_the_server_can_carry_out():
    stack = catalogue.stacks()["async_driver"]
    assert stack.is_of_drivers
    assert not stack.is_control
    assert not stack.is_usual
    assert stack.has("listen_notify", "postgresql")
    assert not stack.has("listen_notify", "mysql")
    assert stack.has("reconnect", "sqlite")
