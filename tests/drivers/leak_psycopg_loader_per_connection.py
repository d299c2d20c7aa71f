"""Connect in each request and register a loader there, by a class that the function makes that does it.

Leaks: a class a request: psycopg remembers for each whether there is a faster one in C.
"""

import os

import psycopg
from psycopg.adapt import Loader

TRUTH = "leaking"
RATE = None
HOLDER = "AdaptersMap._optimised"


def configure(connection):
    class Cents(Loader):  # leaks
        def load(self, data):
            return int(bytes(data).replace(b".", b""))

    connection.adapters.register_loader("numeric", Cents)  # leaks


def operation(i):
    with psycopg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]) as connection:
        configure(connection)
        return connection.execute("SELECT 12.50").fetchone()
