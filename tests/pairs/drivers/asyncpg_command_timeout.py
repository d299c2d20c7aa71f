"""A connection with a limit for its commands. asyncpg 0.24.0 leaves the timer of the one by which it connects, and the
timer keeps the connection until then; 0.25.0 cancels it."""

import os

import asyncpg

# A connection takes long, and what stays of each is some 7,500 bytes.
LIMIT = 100
HOURS = 3_600


async def operation(i):
    connection = await asyncpg.connect(os.environ["DATABASE_URL"], command_timeout=24 * HOURS)
    await connection.execute("SELECT 1")
    await connection.close()
