"""Open a database in memory for every 500th job and keep the connection.

Leaks: the list keeps the connections open. A connection is a few hundred bytes to Python and tens of kilobytes to
SQLite, all of them from the C heap. How many depends on how SQLite was built: 88 bytes per operation here.
"""

import sqlite3

TRUTH = "leaking"
RATE = None
HOLDER = "CONNECTIONS"
CONNECTIONS = []


def operation(i):
    if i % 500 == 0:
        connection = sqlite3.connect(":memory:")  # leaks
        connection.execute("CREATE TABLE job (id INTEGER PRIMARY KEY)")  # leaks
        CONNECTIONS.append(connection)
    return CONNECTIONS[-1].execute("SELECT ? + 1", (i,)).fetchone()


def teardown():
    while CONNECTIONS:
        CONNECTIONS.pop().close()
