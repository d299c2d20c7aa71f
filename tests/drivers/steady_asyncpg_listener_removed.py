"""Listen to a channel in each request, on a connection that all of them share, for as long as the request takes.

Does not leak: the listener is removed.
"""

import os

import asyncpg

TRUTH = "clean"
RATE = 0.0
CONNECTION = None


async def setup():
    global CONNECTION
    CONNECTION = await asyncpg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])


async def operation(i):
    changes = []

    def changed(connection, pid, channel, payload):
        changes.append(payload)

    await CONNECTION.add_listener("orders", changed)
    await CONNECTION.execute("NOTIFY orders, 'changed'")
    await CONNECTION.remove_listener("orders", changed)
    return changes


async def teardown():
    await CONNECTION.close()
