"""A table beside the blog's, and statements on it, for scenarios of a driver."""

from __future__ import annotations

from typing import Any, List

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, cast, type_coerce
from sqlalchemy import select as select_
from sqlalchemy.dialects import postgresql

ROWS = 200
# A pool that keeps one connection and lends one more.
SMALL_POOL = {"pool_size": 1, "max_overflow": 1}
DOCUMENT = {"name": "a thing", "tags": ["new", "used"], "price": 12.5}
LIST = [1, 2, 3]

_metadata = MetaData()
table = Table(
    "thing",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False),
)
# A statement that takes a second, and a time after which the server breaks it off.
BROKEN_OFF = {
    "postgresql": "SET LOCAL statement_timeout = 3; SELECT pg_sleep(1)",
    "mysql": "SET STATEMENT max_statement_time = 0.003 FOR SELECT SLEEP(1)",
    "mariadb": "SET STATEMENT max_statement_time = 0.003 FOR SELECT SLEEP(1)",
}
# A statement to be cancelled. On a busy machine the server may not have begun it by then, and carries it out: so it is
# short.
SLOW = {"postgresql": "SELECT pg_sleep(0.05)", "mysql": "SELECT SLEEP(0.05)", "mariadb": "SELECT SLEEP(0.05)"}


def create(connection: Any) -> None:
    """Make the table with its rows."""
    _metadata.create_all(connection)
    rows: List[Any] = [{"id": i + 1, "name": "thing %d" % i} for i in range(ROWS)]
    connection.execute(table.insert(), rows)


def new_statement(i: int) -> str:
    """A statement that no other ``i`` has."""
    return "SELECT name FROM thing WHERE id = %d AND %d > 0" % (i % ROWS + 1, i + 1)  # noqa: S608 - as people write it


def of_document(connection: Any) -> Any:
    """A query that sends a document, and where there are lists one, and reads them back."""
    if connection.dialect.name == "postgresql":
        return select_(
            cast(DOCUMENT, postgresql.JSONB).label("document"), cast(LIST, postgresql.ARRAY(Integer)).label("list")
        )
    return select_(type_coerce(DOCUMENT, JSON).label("document"))


def check(row: Any) -> None:
    """Raise AssertionError unless a row of that query holds what was sent."""
    if row[0] != DOCUMENT or (len(row) > 1 and list(row[1]) != LIST):
        raise AssertionError("read back: %r" % (row,))
