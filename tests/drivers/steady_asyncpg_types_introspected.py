"""Read arrays of a composite type, which asyncpg looks up once per connection, and JSON by a codec set once for each.

Does not leak: the pool keeps its connections, and each what it looked up.
"""

import json
import os

import asyncpg

TRUTH = "clean"
RATE = 0.0
POOL = None
TYPE = """DO $$ BEGIN
CREATE TYPE steady_place AS (name text, at point);
EXCEPTION WHEN duplicate_object THEN NULL; END $$"""


async def set_up_connection(connection):
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


async def setup():
    global POOL
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    POOL = await asyncpg.create_pool(url, min_size=3, max_size=3, init=set_up_connection)
    await POOL.execute(TYPE)


async def operation(i):
    async with POOL.acquire() as connection:
        await connection.fetchval("SELECT ARRAY[ROW('here', point(1, 2))::steady_place]")
        return await connection.fetchval("SELECT $1::jsonb", {"i": i})


async def teardown():
    await POOL.close()
