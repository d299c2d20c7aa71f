"""Create a temporary table under a name of its own, fill it, read it and drop it, each time with a MetaData of its own.

Leaks: the dialect's table of names that need quotes, or do not, keeps every name that was ever compiled.
"""

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, select

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "_strings"

_engine = create_engine("sqlite://", query_cache_size=10)


def held():
    return len(_engine.dialect.identifier_preparer._strings)


def operation(i):
    table = Table(f"upload_{i}", MetaData(), Column("id", Integer), prefixes=["TEMPORARY"])  # leaks
    with _engine.begin() as connection:
        table.create(connection)  # leaks
        connection.execute(table.insert(), [{"id": 1}, {"id": 2}])  # leaks
        assert len(connection.execute(select(table.c.id)).all()) == 2  # leaks
        table.drop(connection)  # leaks
