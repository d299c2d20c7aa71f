"""Make a temporary table in each operation, on a connection that is kept; nothing drops them.

Leaks: the schema that SQLite keeps of each, and its page, in C alone.
"""

import sqlite3

TRUTH = "leaking"
RATE = 288.0
HOLDER = "C code"
STATE = {}


def setup():
    STATE["connection"] = sqlite3.connect(":memory:", isolation_level=None)


def operation(i):
    STATE["connection"].execute(f"CREATE TEMP TABLE batch_{i} (id)")  # leaks


def teardown():
    STATE.pop("connection").close()
