"""Ask at once by as many connections as a day has requests at that hour: more now and then, never more than 8.

Does not leak: the pool keeps each connection that was ever needed, and opens no more than 8.
"""

import asyncio
import os

import asyncpg

TRUTH = "clean"
RATE = 0.0
MOST = 8
POOL = None


async def setup():
    global POOL
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    POOL = await asyncpg.create_pool(url, min_size=1, max_size=MOST)


async def operation(i):
    at_once = min(MOST, 1 + i // 20)
    await asyncio.gather(*(POOL.fetchval("SELECT pg_backend_pid()") for _ in range(at_once)))


async def teardown():
    await POOL.close()
