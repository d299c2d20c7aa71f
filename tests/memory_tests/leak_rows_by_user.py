"""Keep the last row that each user has read, where every request has a user of its own.

Leaks: rows stay in the dictionary for users who do not come back; all share the description of one result or another.
"""

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, select

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "_last_read"

_things = Table("thing", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(30)))
_engine = create_engine("sqlite://")
_last_read = {}


def setup():
    _things.metadata.create_all(_engine)
    with _engine.begin() as connection:
        connection.execute(_things.insert(), [{"name": f"thing {number}"} for number in range(40)])


def held():
    return len(_last_read)


def operation(i):
    with _engine.connect() as connection:
        _last_read[i] = connection.execute(select(_things).where(_things.c.id == 1 + i % 40)).one()  # leaks
