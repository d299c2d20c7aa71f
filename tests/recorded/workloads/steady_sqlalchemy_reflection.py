"""Reflect a table into a fresh MetaData in each operation.

Does not leak: the MetaData with its tables and types is dropped, though only the collector can free its cycles.
"""

from sqlalchemy import MetaData, Table, create_engine

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("sqlalchemy",)

_connection = create_engine("sqlite://").connect()


def setup():
    _connection.exec_driver_sql("create table item (id integer primary key, name text, price real)")


def operation(i):
    return len(Table("item", MetaData(), autoload_with=_connection).columns)
