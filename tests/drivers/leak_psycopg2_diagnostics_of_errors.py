"""Look at an error's diagnostics by a variable of the function that caught it.

Leaks: the diagnostics refer to the error, its traceback to the function's frame, and that to the diagnostics, which the
garbage collector cannot look into: an error a request.
"""

import os

import psycopg2

TRUTH = "leaking"
RATE = None
HOLDER = "C code"
CONNECTION = None


def setup():
    global CONNECTION
    CONNECTION = psycopg2.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])
    CONNECTION.autocommit = True


def operation(i):
    with CONNECTION.cursor() as cursor:
        try:
            cursor.execute("SELECT 1 / 0")  # leaks
        except psycopg2.Error as error:
            diagnostics = error.diag  # leaks
            return diagnostics.sqlstate


def teardown():
    CONNECTION.close()
