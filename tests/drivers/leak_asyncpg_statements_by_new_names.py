"""Behind PgBouncer: no cache of statements, a name for each that no other has, and the prepared ones kept by name.

Leaks: a prepared statement a request, which nothing finds again.
"""

import os
import uuid

import asyncpg

TRUTH = "leaking"
RATE = None
HOLDER = "PREPARED"
PREPARED = {}
CONNECTION = None


async def setup():
    global CONNECTION
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    CONNECTION = await asyncpg.connect(url, statement_cache_size=0)


async def operation(i):
    name = f"statement_{uuid.uuid4()}"
    statement = await CONNECTION.prepare("SELECT $1::int", name=name)  # leaks
    PREPARED[name] = statement  # leaks
    return await statement.fetchval(i)  # leaks


async def teardown():
    await CONNECTION.close()
