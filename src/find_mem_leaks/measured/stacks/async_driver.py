"""SQLAlchemy's engine and an asynchronous driver, used so that the driver itself is at work: statements, connections,
errors, results, types, notifications, tasks that are cancelled."""

from __future__ import annotations

import asyncio
from typing import Any, List

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool

from ..blog import engines, things

REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet")
ON_DATABASE = True
# Scenarios that not every kind of server has.
ONLY = {
    "json_and_arrays": ("postgresql", "mysql"),
    "listen_notify": ("postgresql",),
    "cancelled": ("postgresql", "mysql"),
}
# Seconds after which a task is cancelled that has sent a statement of 0.05 s.
PATIENCE = 0.003

_engine: Any = None
_unpooled: Any = None
_small: Any = None


async def setup(database: str) -> None:
    global _engine, _unpooled, _small
    _engine = engines.make_async(database)
    _unpooled = engines.make_async(database, poolclass=NullPool)
    _small = engines.make_async(database, poolclass=AsyncAdaptedQueuePool, **things.SMALL_POOL)
    async with _engine.begin() as connection:
        await connection.run_sync(things.create)


async def operation_new_statements(i: int) -> None:
    """Another statement each time."""
    async with _engine.connect() as connection:
        (await connection.execute(text(things.new_statement(i)))).all()


async def operation_reconnect(_: int) -> None:
    """A connection for each statement."""
    async with _unpooled.connect() as connection:
        (await connection.execute(text("SELECT 1"))).all()


async def operation_errors(_: int) -> None:
    """A row that a constraint refuses."""
    try:
        async with _engine.begin() as connection:
            await connection.execute(things.table.insert(), {"id": 1, "name": "twice"})
    except IntegrityError:
        return
    raise AssertionError("the constraint did not hold")


async def operation_large_results(_: int) -> None:
    """All rows, from a cursor on the server where there is one."""
    rows = 0
    async with _engine.connect() as connection:
        result = await connection.stream(select(things.table))
        async for part in result.partitions(things.ROWS // 4):
            rows += len(part)
    if rows < things.ROWS:
        raise AssertionError("%d rows" % rows)


async def operation_json_and_arrays(_: int) -> None:
    """A row with a document, and a list where the server has those, written and read."""
    async with _engine.begin() as connection:
        things.check((await connection.execute(things.of_document(connection))).one())


async def operation_listen_notify(_: int) -> None:
    """A notification that the connection sends itself."""
    async with _unpooled.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        if hasattr(driver, "add_listener"):
            await _notified(driver)
            return
        await connection.execute(text("LISTEN things"))
        await connection.execute(text("NOTIFY things, 'changed'"))
        await connection.commit()
        async for _ in driver.notifies(timeout=1, stop_after=1):
            return
    raise AssertionError("no notification")


async def _notified(driver: Any) -> None:
    """Listen and be notified, as asyncpg has it."""
    notes: List[Any] = []
    came = asyncio.Event()

    def note(*of: Any) -> None:
        notes.append(of)
        came.set()

    await driver.add_listener("things", note)
    await driver.execute("NOTIFY things, 'changed'")
    await came.wait()
    await driver.remove_listener("things", note)


async def operation_cancelled(_: int) -> None:
    """A task that is cancelled while its statement runs."""
    is_connected = asyncio.Event()
    task = asyncio.ensure_future(_slow(is_connected))
    await is_connected.wait()
    await asyncio.sleep(PATIENCE)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return  # but asyncmy 0.2 takes it for the statement's end


async def _slow(is_connected: asyncio.Event) -> None:
    """Carry out a statement that takes its time; say when there is a connection for it, or none to be had."""
    try:
        async with _engine.connect() as connection:
            is_connected.set()
            await connection.execute(text(things.SLOW[connection.dialect.name]))
    finally:
        is_connected.set()


async def operation_pool_overflow(_: int) -> None:
    """Two connections at once, of which the pool keeps one."""
    async with _small.connect() as first, _small.connect() as second:
        for connection in (first, second):
            (await connection.execute(text("SELECT 1"))).all()


async def teardown() -> None:
    for engine in (_engine, _unpooled, _small):
        await engine.dispose()
