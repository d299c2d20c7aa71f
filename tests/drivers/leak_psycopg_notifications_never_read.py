"""Listen on the connection that also asks, and look for notifications on none: psycopg keeps what comes for later.

Leaks: a notification a request.
"""

import os

import psycopg

TRUTH = "leaking"
RATE = None
HOLDER = "Connection._notifies_backlog"
CONNECTION = None


def setup():
    global CONNECTION
    CONNECTION = psycopg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"], autocommit=True)
    CONNECTION.execute("LISTEN orders")


def operation(i):
    CONNECTION.execute("SELECT pg_notify('orders', %s)", [f"order {i} changed"])  # leaks


def teardown():
    CONNECTION.close()
