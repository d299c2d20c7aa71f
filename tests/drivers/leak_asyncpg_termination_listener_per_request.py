"""Learn in each request when the connection is lost that the pool has given it.

Leaks: a listener a request. A connection that goes back to the pool loses the listeners of its channels, not these.
"""

import os

import asyncpg

TRUTH = "leaking"
RATE = None
HOLDER = "Connection._termination_listeners"
POOL = None


async def setup():
    global POOL
    POOL = await asyncpg.create_pool(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"], min_size=2, max_size=2)


async def operation(i):
    lost = []
    async with POOL.acquire() as connection:
        connection.add_termination_listener(lost.append)  # leaks
        return await connection.fetchval("SELECT $1::int", i)


async def teardown():
    await POOL.close()
