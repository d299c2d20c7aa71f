"""Listen to a channel in each request, on a connection that all of them share, and never stop.

Leaks: a listener a request, with what its function refers to.
"""

import os

import asyncpg

TRUTH = "leaking"
RATE = None
HOLDER = "Connection._listeners"
CONNECTION = None


async def setup():
    global CONNECTION
    CONNECTION = await asyncpg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])


async def operation(i):
    changes = []

    def changed(connection, pid, channel, payload):
        changes.append(payload)

    await CONNECTION.add_listener("orders", changed)  # leaks
    return await CONNECTION.fetchval("SELECT $1::int", i)


async def teardown():
    await CONNECTION.close()
