"""Create and drop a table under a new name, with a MetaData of its own, on an engine that stays.

Leaks: the dialect's IdentifierPreparer notes every name that it was ever asked to quote.
"""

from sqlalchemy import Column, Integer, MetaData, Table, create_engine

TRUTH = "leaking"
RATE = 472.0
REQUIRES = ("sqlalchemy",)
HOLDER = "_strings"

_engine = create_engine("sqlite://")


def held():
    return len(_engine.dialect.identifier_preparer._strings)


def operation(i):
    table = Table(f"upload_{i:08}", MetaData(), Column("id", Integer))  # leaks
    with _engine.begin() as connection:
        table.create(connection)  # leaks
        table.drop(connection)  # leaks
