"""Connect to a database file in every operation and never close the connection, until none can be opened.

Leaks: a connection per operation, its descriptor and some 100 kB that SQLite holds for it. The operation that fails for
want of a descriptor says no word of that: SQLite is "unable to open database file".
"""

import resource
import sqlite3

TRUTH = "leaking"
RATE = None
MOST = 400
CONNECTIONS = []
FILE = []


def setup(directory):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST, hard))
    FILE.append(f"{directory}/jobs.sqlite")
    connection = sqlite3.connect(FILE[0])
    connection.execute("CREATE TABLE job (id INTEGER PRIMARY KEY)")
    connection.close()


def operation(i):
    connection = sqlite3.connect(FILE[0])  # leaks
    CONNECTIONS.append(connection)  # leaks
    return connection.execute("SELECT count(*) FROM job").fetchone()  # leaks


def teardown():
    while CONNECTIONS:
        CONNECTIONS.pop().close()
