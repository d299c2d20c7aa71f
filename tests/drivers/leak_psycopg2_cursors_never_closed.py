"""Keep the cursor of each export, so that it can be stopped, and forget it when the export is done.

Leaks: a cursor a request, with the rows that it was sent.
"""

import os

import psycopg2

TRUTH = "leaking"
RATE = None
HOLDER = "RUNNING"
RUNNING = {}
CONNECTION = None


def setup():
    global CONNECTION
    CONNECTION = psycopg2.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])


def operation(i):
    cursor = RUNNING[i] = CONNECTION.cursor()  # leaks
    cursor.execute("SELECT n, repeat('x', 20) FROM generate_series(1, 20) AS n")  # leaks
    rows = cursor.fetchall()
    CONNECTION.rollback()
    return len(rows)


def teardown():
    CONNECTION.close()
