"""Ask by statements that raise a notice each, and never look at the connection's notices.

Does not leak: psycopg2 keeps the last 50.
"""

import os

import psycopg2

TRUTH = "clean"
RATE = 0.0
CONNECTION = None


def setup():
    global CONNECTION
    CONNECTION = psycopg2.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])
    CONNECTION.autocommit = True


def operation(i):
    with CONNECTION.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE NOTICE 'request {i}'; END $$")


def teardown():
    CONNECTION.close()
