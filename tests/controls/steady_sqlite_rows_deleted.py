"""Insert a row per operation into a database in memory, and delete them all every 2,000 operations.

Does not leak: the deletion is followed by VACUUM, which gives the pages back. Memory is a sawtooth of 300 KB, all of it
SQLite's own.
"""

import sqlite3

TRUTH = "clean"
RATE = 0.0
STATE = {}


def setup():
    connection = STATE["connection"] = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, text TEXT)")


def operation(i):
    connection = STATE["connection"]
    connection.execute("INSERT INTO event (text) VALUES (?)", (f"{i:0100d}",))
    if i % 2000 == 1999:
        connection.execute("DELETE FROM event")
        connection.execute("VACUUM")


def teardown():
    STATE.pop("connection").close()
