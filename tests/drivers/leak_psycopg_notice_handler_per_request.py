"""Hand the server's notices to each request's own handler, on a connection that all of them share.

Leaks: a handler a request, with what its function refers to.
"""

import os

import psycopg

TRUTH = "leaking"
RATE = None
HOLDER = "Connection._notice_handlers"
CONNECTION = None


def setup():
    global CONNECTION
    CONNECTION = psycopg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])


def operation(i):
    notices = []
    CONNECTION.add_notice_handler(lambda notice: notices.append(notice))  # leaks
    return CONNECTION.execute("SELECT 1").fetchone()


def teardown():
    CONNECTION.close()
