"""A connection for each session of a user, which nobody closes when the session ends, until the server has no more.

Leaks: a connection a session, with its socket.
"""

import os

import asyncpg

TRUTH = "leaking"
RATE = None
HOLDER = "SESSIONS"
MOST = 120
ROLE = "leak_asyncpg_connection_per_session"
SESSIONS = {}


async def setup():
    connection = await asyncpg.connect(os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"])
    await connection.execute(f"DROP ROLE IF EXISTS {ROLE}")
    await connection.execute(f"CREATE ROLE {ROLE} LOGIN CONNECTION LIMIT {MOST}")
    await connection.close()


async def operation(i):
    url = os.environ["FIND_MEM_LEAKS_POSTGRESQL_URL"]
    connection = SESSIONS[i] = await asyncpg.connect(url, user=ROLE)  # leaks
    return await connection.fetchval("SELECT $1::int", i)  # leaks


async def teardown():
    for connection in SESSIONS.values():
        await connection.close()
