"""Learn in each request when the connection is lost that the pool has given it, and have connections replaced in time.

Does not leak: a listener stays with its connection until the pool replaces that, here after 300 queries (50,000 unless it
is told otherwise).
"""

import os

import asyncpg

TRUTH = "clean"
RATE = 0.0
POOL = None


async def setup():
    global POOL
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    POOL = await asyncpg.create_pool(url, min_size=2, max_size=2, max_queries=300)


async def operation(i):
    lost = []
    async with POOL.acquire() as connection:
        connection.add_termination_listener(lost.append)
        return await connection.fetchval("SELECT $1::int", i)


async def teardown():
    await POOL.close()
