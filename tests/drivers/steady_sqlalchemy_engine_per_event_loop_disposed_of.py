"""An engine for each event loop, disposed of where the loop ends.

Does not leak.
"""

import asyncio
import os

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

TRUTH = "clean"
RATE = 0.0
URL = make_url(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]).set(drivername="postgresql+psycopg")


def operation(i):
    return asyncio.run(job())


async def job():
    engine = create_async_engine(URL)
    try:
        async with engine.connect() as connection:
            return (await connection.execute(text("SELECT 1"))).scalar_one()
    finally:
        await engine.dispose()
