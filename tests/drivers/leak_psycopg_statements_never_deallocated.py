"""Behind PgBouncer: prepare each statement, and never deallocate one, on statements whose text holds their values.

Leaks: each text, with the name that it was prepared by.
"""

import os

import psycopg

TRUTH = "leaking"
RATE = None
HOLDER = "PrepareManager._names"
CONNECTION = None


def setup():
    global CONNECTION
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    CONNECTION = psycopg.connect(url, autocommit=True, prepare_threshold=0)
    CONNECTION.prepared_max = None


def operation(i):
    return CONNECTION.execute(f"SELECT {i} + 1").fetchone()  # leaks


def teardown():
    CONNECTION.close()
