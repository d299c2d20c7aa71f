"""Ask at once by as many connections as a day has requests at that hour: more now and then, never more than 20.

Does not leak: the pool keeps each connection that was ever needed, and opens no more than 20.
"""

import asyncio
import os

import asyncpg

TRUTH = "clean"
RATE = 0.0
MOST = 20
POOL = None


async def setup():
    global POOL
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    POOL = await asyncpg.create_pool(url, min_size=1, max_size=MOST)


async def operation(i):
    at_once = min(MOST, 1 + i // 50)
    await asyncio.gather(*(POOL.fetchval("SELECT pg_backend_pid()") for _ in range(at_once)))


async def teardown():
    await POOL.close()
