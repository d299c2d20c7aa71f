"""Give the engine a dictionary for compiled statements, and run statements of ever other numbers of conditions.

Leaks: the engine's own cache has a bound, a dictionary has none.
"""

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, or_, select

TRUTH = "leaking"
RATE = None
REQUIRES = ("sqlalchemy",)
HOLDER = "_compiled"

_things = Table("thing", MetaData(), Column("id", Integer, primary_key=True), Column("size", Integer))
_compiled = {}
_connection = create_engine("sqlite://").connect().execution_options(compiled_cache=_compiled)


def setup():
    _things.metadata.create_all(_connection)


def held():
    return len(_compiled)


def operation(i):
    bits = f"{i:b}"
    conditions = [(_things.c.id if bit == "1" else _things.c.size) == number for number, bit in enumerate(bits)]
    assert _connection.execute(select(_things.c.id).where(or_(*conditions))).all() == []  # leaks
