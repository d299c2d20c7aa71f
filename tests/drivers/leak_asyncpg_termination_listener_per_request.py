"""Learn in each request when the connection is lost that the pool has given it.

Leaks: a listener a request. A connection that goes back to the pool loses the listeners of its channels, not these. They
go with their connection, which asyncpg's pool replaces after 50,000 queries unless it is told otherwise.
"""

import os

import asyncpg

TRUTH = "leaking"
RATE = None
HOLDER = "Connection._termination_listeners"
POOL = None


async def setup():
    global POOL
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    POOL = await asyncpg.create_pool(url, min_size=2, max_size=2, max_queries=10**12)


async def operation(i):
    lost = []
    async with POOL.acquire() as connection:
        connection.add_termination_listener(lost.append)  # leaks
        return await connection.fetchval("SELECT $1::int", i)


async def teardown():
    await POOL.close()
