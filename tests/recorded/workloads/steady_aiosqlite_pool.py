"""Take one of three aiosqlite connections from a pool, write to a file in the scratch folder, and give it back.

Does not leak: there are three connections and three threads, and 100 keys in the file.
"""

import asyncio
import os

import aiosqlite

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("aiosqlite",)

POOL = asyncio.Queue()


async def setup(scratch):
    for _ in range(3):
        connection = await aiosqlite.connect(os.path.join(scratch, "a.db"), isolation_level=None)
        await connection.execute("pragma journal_mode = off")
        await connection.execute("pragma synchronous = off")
        await connection.execute("create table if not exists item (id integer primary key, text)")
        POOL.put_nowait(connection)


async def operation(i):
    connection = await POOL.get()
    await connection.execute("insert or replace into item values (?, ?)", (i % 100, f"text {i}"))
    POOL.put_nowait(connection)


async def teardown():
    while not POOL.empty():
        await POOL.get_nowait().close()
