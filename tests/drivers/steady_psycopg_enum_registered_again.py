"""Register an enumeration in each request, on a connection that is kept, as it is looked up there.

Does not leak: psycopg has a class already for an enumeration of that name and those members.
"""

import os

import psycopg
from psycopg.types.enum import EnumInfo, register_enum

TRUTH = "clean"
RATE = 0.0
CONNECTION = None


def setup():
    global CONNECTION
    CONNECTION = psycopg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])
    CONNECTION.execute("CREATE TYPE pg_temp.mood AS ENUM ('sad', 'happy')")


def operation(i):
    register_enum(EnumInfo.fetch(CONNECTION, "mood"), CONNECTION)
    return CONNECTION.execute("SELECT 'sad'::mood").fetchone()


def teardown():
    CONNECTION.close()
