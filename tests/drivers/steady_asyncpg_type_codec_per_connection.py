"""Connect in each request and set a codec there, by functions that the request makes.

Does not leak: the codec goes with its connection.
"""

import json
import os

import asyncpg

TRUTH = "clean"
RATE = 0.0


async def operation(i):
    connection = await asyncpg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])
    try:
        codec = {"encoder": lambda value: json.dumps(value), "decoder": lambda text: json.loads(text)}
        await connection.set_type_codec("jsonb", **codec, schema="pg_catalog")
        return await connection.fetchval("SELECT $1::jsonb", {"i": i})
    finally:
        await connection.close()
