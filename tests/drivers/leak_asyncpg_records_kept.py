"""Remember the last row that each customer was shown, by a key that names the request too.

Leaks: an `asyncpg.Record` a request, with the values in it.
"""

import os

import asyncpg

TRUTH = "leaking"
RATE = None
HOLDER = "SHOWN"
QUERY = "SELECT $1::int AS id, repeat('x', 100) AS name"
SHOWN = {}
CONNECTION = None


async def setup():
    global CONNECTION
    CONNECTION = await asyncpg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])


async def operation(i):
    row = await CONNECTION.fetchrow(QUERY, i)  # leaks
    SHOWN[f"customer {i % 10}, request {i}"] = row  # leaks


async def teardown():
    await CONNECTION.close()
