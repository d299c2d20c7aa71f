"""Ask by statements of which each text is new, with a cache of 1,000 of them.

Does not leak: asyncpg closes the statement that was used longest ago.
"""

import os

import asyncpg

TRUTH = "clean"
RATE = 0.0
CONNECTION = None


async def setup():
    global CONNECTION
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    CONNECTION = await asyncpg.connect(url, statement_cache_size=1000)


async def operation(i):
    return await CONNECTION.fetchval(f"SELECT {i} + 1")


async def teardown():
    await CONNECTION.close()
