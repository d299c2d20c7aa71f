"""A composite type that is registered again, as for each task. psycopg 3.1.11 keeps the classes that it makes for it,
3.1.12 makes them once."""

import os

import psycopg
from psycopg.types.composite import CompositeInfo, register_composite


class _Open:
    connection = info = None


def setup():
    _Open.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    _Open.connection.execute("CREATE TYPE pg_temp.price AS (amount int, currency text)")
    _Open.info = CompositeInfo.fetch(_Open.connection, "pg_temp.price")


def operation(i):
    register_composite(_Open.info, _Open.connection)


def teardown():
    _Open.connection.close()
