"""Set a codec in each request on a connection that is kept, by functions that the request makes.

Does not leak: the new codec takes the place of the one before.
"""

import json
import os

import asyncpg

TRUTH = "clean"
RATE = 0.0
CONNECTION = None


async def setup():
    global CONNECTION
    CONNECTION = await asyncpg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])


async def operation(i):
    codec = {"encoder": lambda value: json.dumps(value), "decoder": lambda text: json.loads(text)}
    await CONNECTION.set_type_codec("jsonb", **codec, schema="pg_catalog")
    return await CONNECTION.fetchval("SELECT $1::jsonb", {"i": i})


async def teardown():
    await CONNECTION.close()
