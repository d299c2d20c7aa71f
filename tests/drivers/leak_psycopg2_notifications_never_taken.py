"""Poll a connection that listens, and see whether something came, but never take it from the list.

Leaks: a notification a request.
"""

import os

import psycopg2

TRUTH = "leaking"
RATE = None
HOLDER = "connection.notifies"
CONNECTION = None


def setup():
    global CONNECTION
    CONNECTION = psycopg2.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])
    CONNECTION.autocommit = True
    with CONNECTION.cursor() as cursor:
        cursor.execute("LISTEN orders")


def operation(i):
    with CONNECTION.cursor() as cursor:
        cursor.execute("SELECT pg_notify('orders', %s)", [f"order {i} changed"])  # leaks
    CONNECTION.poll()  # leaks
    return bool(CONNECTION.notifies)


def teardown():
    CONNECTION.close()
