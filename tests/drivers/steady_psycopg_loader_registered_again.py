"""Connect in each request and register a loader there, whose class is the module's.

Does not leak: it goes with its connection.
"""

import os

import psycopg
from psycopg.adapt import Loader

TRUTH = "clean"
RATE = 0.0


class Cents(Loader):
    def load(self, data):
        return int(bytes(data).replace(b".", b""))


def operation(i):
    with psycopg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]) as connection:
        connection.adapters.register_loader("numeric", Cents)
        return connection.execute("SELECT 12.50").fetchone()
