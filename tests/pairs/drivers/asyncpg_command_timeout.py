"""A connection with a limit for its commands. asyncpg 0.24.0 leaves the timer of the one by which it connects, and the
timer keeps the connection until then; 0.25.0 cancels it."""

import os

import asyncpg

HOURS = 3_600


async def operation(i):
    connection = await asyncpg.connect(os.environ["DATABASE_URL"], command_timeout=24 * HOURS)
    await connection.execute("SELECT 1")
    await connection.close()
