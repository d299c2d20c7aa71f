"""Make a cursor per query on one sqlite3 connection.

Does not leak: the connection keeps weak references to its cursors and drops the dead ones every 200: it rises by some
kilobytes and falls again for ever.
"""

import sqlite3

TRUTH = "clean"
RATE = 0.0
STATE = {}


def setup():
    connection = STATE["connection"] = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, name TEXT)")
    connection.executemany("INSERT INTO entry VALUES (?, ?)", [(k, f"name {k}") for k in range(100)])


def operation(i):
    cursor = STATE["connection"].cursor()
    cursor.execute("SELECT name FROM entry WHERE id = ?", (i % 100,))
    return cursor.fetchone()[0]


def teardown():
    STATE.pop("connection").close()
