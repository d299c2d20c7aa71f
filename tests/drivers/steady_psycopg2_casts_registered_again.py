"""Register a cast and an adapter in each request, for a type and a class that are there already.

Does not leak: each takes the place of the one before.
"""

import os
from decimal import Decimal

import psycopg2
from psycopg2.extensions import AsIs, new_type, register_adapter, register_type

TRUTH = "clean"
RATE = 0.0
NUMERIC = 1700
CONNECTION = None


def setup():
    global CONNECTION
    CONNECTION = psycopg2.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])


def operation(i):
    register_type(new_type((NUMERIC,), "cents", lambda value, cursor: int(Decimal(value) * 100)))
    register_adapter(Decimal, lambda value: AsIs(str(value)))
    with CONNECTION, CONNECTION.cursor() as cursor:
        cursor.execute("SELECT %s", [Decimal("12.50")])
        return cursor.fetchone()


def teardown():
    CONNECTION.close()
