"""An engine for each event loop, with its pool, never disposed of, where each job runs a loop of its own.

Leaks: the engines keep their connections, until the server has no more.
"""

import asyncio
import os

import psycopg
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

TRUTH = "leaking"
RATE = None
HOLDER = "ENGINES"
MOST = 120
ROLE = "leak_sqlalchemy_pooled_engine_per_event_loop"
ENGINES = {}
URL = make_url(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]).set(drivername="postgresql+psycopg", username=ROLE)


def setup():
    with psycopg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]) as connection:
        connection.execute(f"DROP ROLE IF EXISTS {ROLE}")
        connection.execute(f"CREATE ROLE {ROLE} LOGIN CONNECTION LIMIT {MOST}")


def operation(i):
    return asyncio.run(job())


async def job():
    async with engine().connect() as connection:  # leaks
        return (await connection.execute(text("SELECT 1"))).scalar_one()  # leaks


def engine():
    loop = asyncio.get_running_loop()
    if loop not in ENGINES:
        ENGINES[loop] = create_async_engine(URL)  # leaks
    return ENGINES[loop]
