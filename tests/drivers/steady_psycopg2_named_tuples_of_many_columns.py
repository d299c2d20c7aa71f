"""Read rows as named tuples, by names of columns that are new in each request.

Does not leak: psycopg2 keeps the last 512 classes.
"""

import os

import psycopg2
from psycopg2.extras import NamedTupleCursor

TRUTH = "clean"
RATE = 0.0
CONNECTION = None


def setup():
    global CONNECTION
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    CONNECTION = psycopg2.connect(url, cursor_factory=NamedTupleCursor)


def operation(i):
    with CONNECTION, CONNECTION.cursor() as cursor:
        cursor.execute(f"SELECT 1 AS sum_{i}")
        return cursor.fetchone()


def teardown():
    CONNECTION.close()
