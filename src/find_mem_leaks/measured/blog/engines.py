"""Engines on a SQLite file and sessions on them, as the stacks make them. One source for 1.4, 2.0 and 2.1."""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine, event

from . import database

# A connection may be used by one thread after the other, as a server's threads do; and it waits so many seconds for
# another one's transaction, since SQLite lets one write at a time.
CONNECT = {"check_same_thread": False, "timeout": 60}


def make(path: str) -> Any:
    """A synchronous engine."""
    engine = create_engine("sqlite:///" + path, future=True, connect_args=CONNECT)
    event.listen(engine, "connect", database.limit_page_cache)
    return engine


def make_async(path: str) -> Any:
    """An asynchronous engine on aiosqlite."""
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine("sqlite+aiosqlite:///" + path, connect_args=CONNECT)
    event.listen(engine.sync_engine, "connect", database.limit_page_cache)
    return engine


def make_async_sessions(engine: Any) -> Any:
    """A factory of asynchronous sessions."""
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.orm import sessionmaker

    return sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
