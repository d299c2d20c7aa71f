"""Prepare each statement, of which each text is new.

Does not leak: psycopg deallocates all but the last 100.
"""

import os

import psycopg

TRUTH = "clean"
RATE = 0.0
CONNECTION = None


def setup():
    global CONNECTION
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    CONNECTION = psycopg.connect(url, autocommit=True, prepare_threshold=0)


def operation(i):
    return CONNECTION.execute(f"SELECT {i} + 1").fetchone()


def teardown():
    CONNECTION.close()
