"""An engine for each event loop, kept by its loop, where each job runs a loop of its own.

Leaks: an engine a job, its pool, its caches, and the loop.
"""

import asyncio
import os

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

TRUTH = "leaking"
RATE = None
HOLDER = "ENGINES"
ENGINES = {}
URL = make_url(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]).set(drivername="postgresql+asyncpg")


def operation(i):
    return asyncio.run(job())


async def job():
    async with engine().connect() as connection:
        return (await connection.execute(text("SELECT 1"))).scalar_one()


def engine():
    loop = asyncio.get_running_loop()
    if loop not in ENGINES:
        ENGINES[loop] = create_async_engine(URL, poolclass=NullPool)  # leaks
    return ENGINES[loop]
