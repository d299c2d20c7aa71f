"""Run queries that pick any of 12 columns, so that some thousand different statements come up.

Does not leak: the engine's cache holds 500 statements, lets them grow by half and then drops the oldest.
"""

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, select

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_table = Table("item", MetaData(), *[Column(f"c{k}", Integer) for k in range(12)])
_connection = create_engine("sqlite://").connect()


def setup():
    _table.create(_connection)


def operation(i):
    bits = i * 2654435761 % 4095 + 1
    columns = [column for k, column in enumerate(_table.c) if bits >> k & 1]
    return _connection.execute(select(*columns).where(columns[0] == i)).first()
