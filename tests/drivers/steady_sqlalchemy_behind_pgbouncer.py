"""Behind PgBouncer: no caches of statements, and a name for each that no other has, on connections that are kept.

Does not leak: each statement is closed when it was carried out.
"""

import os
import uuid

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

TRUTH = "clean"
RATE = 0.0
URL = make_url(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]).set(drivername="postgresql+asyncpg")
OPTIONS = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: f"statement_{uuid.uuid4()}",
}
ENGINE = create_async_engine(URL, connect_args=OPTIONS)


async def operation(i):
    async with ENGINE.connect() as connection:
        return (await connection.execute(text("SELECT :i + 1"), {"i": i})).scalar_one()


async def teardown():
    await ENGINE.dispose()
