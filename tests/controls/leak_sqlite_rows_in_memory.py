"""Insert a row into a database in memory in each operation; nothing deletes rows.

Leaks: the pages of such a database are memory of the process. A row is 100 bytes of text, its header and its key; a
page of 4,096 bytes costs a few hundred more to keep.
"""

import sqlite3

TRUTH = "leaking"
RATE = 118.5
HOLDER = "C code"
STATE = {}


def setup():
    connection = STATE["connection"] = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, text TEXT)")


def operation(i):
    STATE["connection"].execute("INSERT INTO event (text) VALUES (?)", (f"{i:0100d}",))  # leaks


def teardown():
    STATE.pop("connection").close()
