"""Register an adapter in each request, for a class that the request makes.

Leaks: the class and the adapter, in psycopg2's own table.
"""

import os
from collections import namedtuple

import psycopg2
from psycopg2.extensions import AsIs, register_adapter

TRUTH = "leaking"
RATE = None
HOLDER = "adapters"
CONNECTION = None


def setup():
    global CONNECTION
    CONNECTION = psycopg2.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])


def operation(i):
    point = namedtuple("point", "x y")  # leaks
    register_adapter(point, lambda value: AsIs(f"point({value.x}, {value.y})"))  # leaks
    with CONNECTION, CONNECTION.cursor() as cursor:
        cursor.execute("SELECT %s", [point(i, 1)])
        return cursor.fetchone()


def teardown():
    CONNECTION.close()
