"""Engines and sessions on them, as the stacks make them. One source for 1.4, 2.0 and 2.1.

Where an engine is made for a ``database``, that is the path of a SQLite file, or the URL of a database on a server.
"""

from __future__ import annotations

from contextlib import AsyncExitStack, ExitStack
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool

from .database import limit_page_cache

# A connection may be used by one thread after the other, as a server's threads do; and it waits so many seconds for
# another one's transaction, since SQLite lets one write at a time.
CONNECT = {"check_same_thread": False, "timeout": 60}


def make(database: str, **options: Any) -> Any:
    """A synchronous engine."""
    if is_on_server(database):
        return create_engine(database, future=True, **options)
    engine = create_engine("sqlite:///" + database, future=True, connect_args=CONNECT, **options)
    event.listen(engine, "connect", limit_page_cache)
    return engine


def make_async(database: str, **options: Any) -> Any:
    """An asynchronous engine, on aiosqlite for a SQLite file."""
    from sqlalchemy.ext.asyncio import create_async_engine

    if is_on_server(database):
        return create_async_engine(database, **options)
    engine = create_async_engine("sqlite+aiosqlite:///" + database, connect_args=CONNECT, **options)
    event.listen(engine.sync_engine, "connect", limit_page_cache)
    return engine


def is_on_server(database: str) -> bool:
    """Return whether a database is on a server."""
    return "://" in database


def is_async(engine: Any) -> bool:
    """Return whether an engine is an asynchronous one."""
    return hasattr(engine, "sync_engine")


def make_async_sessions(engine: Any) -> Any:
    """A factory of asynchronous sessions."""
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import sessionmaker

    return sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)


def fill_pool(engine: Any) -> None:
    """Open all the connections that the pool keeps.

    How many requests hold one at the same time is chance: the pool would get its last connection, of some 130 kB, after
    thousands of operations, and that reads as memory that jumps.
    """
    with ExitStack() as opened:
        for _ in range(_kept(engine)):
            opened.enter_context(engine.connect())


async def fill_pool_async(engine: Any) -> None:
    """The same of an asynchronous engine."""
    async with AsyncExitStack() as opened:
        for _ in range(_kept(engine.sync_engine)):
            await opened.enter_async_context(engine.connect())


def _kept(engine: Any) -> int:
    """Connections that the pool keeps; SQLAlchemy 1.4 keeps none to a SQLite file."""
    return int(engine.pool.size()) if isinstance(engine.pool, QueuePool) else 0
