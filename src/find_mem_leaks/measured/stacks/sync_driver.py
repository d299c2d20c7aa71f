"""SQLAlchemy's engine and a synchronous driver, used so that the driver itself is at work: statements, connections,
errors, results, types, notifications."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool, QueuePool

from ..blog import engines, things

REQUIRES = ("sqlalchemy",)
ON_DATABASE = True
# Scenarios that not every kind of server has.
ONLY = {
    "json_and_arrays": ("postgresql", "mysql"),
    "listen_notify": ("postgresql",),
    "cancelled": ("postgresql", "mysql"),
}

_engine: Any = None
_unpooled: Any = None
_small: Any = None


def setup(database: str) -> None:
    global _engine, _unpooled, _small
    _engine = engines.make(database)
    _unpooled = engines.make(database, poolclass=NullPool)
    _small = engines.make(database, poolclass=QueuePool, **things.SMALL_POOL)
    with _engine.begin() as connection:
        things.create(connection)


def operation_new_statements(i: int) -> None:
    """Another statement each time."""
    with _engine.connect() as connection:
        connection.execute(text(things.new_statement(i))).all()


def operation_reconnect(_: int) -> None:
    """A connection for each statement."""
    with _unpooled.connect() as connection:
        connection.execute(text("SELECT 1")).all()


def operation_errors(_: int) -> None:
    """A row that a constraint refuses."""
    try:
        with _engine.begin() as connection:
            connection.execute(things.table.insert(), {"id": 1, "name": "twice"})
    except IntegrityError:
        return
    raise AssertionError("the constraint did not hold")


def operation_large_results(_: int) -> None:
    """All rows, from a cursor on the server where there is one."""
    with _engine.connect() as connection:
        result = connection.execution_options(stream_results=True).execute(select(things.table))
        rows = sum(len(part) for part in result.partitions(things.ROWS // 4))
    if rows < things.ROWS:
        raise AssertionError("%d rows" % rows)


def operation_json_and_arrays(_: int) -> None:
    """A row with a document, and a list where the server has those, written and read."""
    with _engine.begin() as connection:
        things.check(connection.execute(things.of_document(connection)).one())


def operation_listen_notify(_: int) -> None:
    """A notification that the connection sends itself."""
    with _unpooled.connect() as connection:
        connection.execute(text("LISTEN things"))
        connection.execute(text("NOTIFY things, 'changed'"))
        connection.commit() if hasattr(connection, "commit") else None
        driver = connection.connection
        notes = list(driver.notifies(timeout=1, stop_after=1)) if callable(driver.notifies) else _notes(driver)
    if len(notes) != 1:
        raise AssertionError("%d notifications" % len(notes))


def operation_cancelled(_: int) -> None:
    """A statement that the server breaks off."""
    try:
        with _engine.connect() as connection:
            connection.execute(text(things.BROKEN_OFF[connection.dialect.name])).all()
    except DBAPIError:
        return


def operation_pool_overflow(_: int) -> None:
    """Two connections at once, of which the pool keeps one."""
    with _small.connect() as first, _small.connect() as second:
        for connection in (first, second):
            connection.execute(text("SELECT 1")).all()


def teardown() -> None:
    for engine in (_engine, _unpooled, _small):
        engine.dispose()


def _notes(driver: Any) -> Any:
    """Return those that psycopg2 has got."""
    driver.poll()
    return [driver.notifies.pop() for _ in range(len(driver.notifies))]
