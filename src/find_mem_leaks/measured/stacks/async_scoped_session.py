"""SQLAlchemy asyncio with aiosqlite, async_scoped_session by current task: a unit of work is a task of its own that
removes its session at its end."""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, create_async_engine
from sqlalchemy.orm import sessionmaker

from .. import async_units_of_work, database, models

REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet")


class Stack:
    def __init__(self, path: str) -> None:
        self._engine: Any = create_async_engine("sqlite+aiosqlite:///" + path)
        event.listen(self._engine.sync_engine, "connect", database.limit_page_cache)
        factory = sessionmaker(self._engine, class_=AsyncSession, expire_on_commit=False)  # type: ignore[call-overload]
        self._session = async_scoped_session(factory, scopefunc=asyncio.current_task)

    async def open(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(models.Base.metadata.create_all)

    async def create(self) -> None:
        await asyncio.create_task(self._unit_of_work(async_units_of_work.create))

    async def read(self, post_id: int) -> None:
        await asyncio.create_task(self._unit_of_work(async_units_of_work.read, post_id))

    async def update(self, post_id: int) -> None:
        await asyncio.create_task(self._unit_of_work(async_units_of_work.update, post_id))

    async def delete(self, post_id: int) -> None:
        await asyncio.create_task(self._unit_of_work(async_units_of_work.delete, post_id))

    async def close(self) -> None:
        await self._engine.dispose()

    async def _unit_of_work(self, operation: Callable[..., Awaitable[None]], *arguments: Any) -> None:
        try:
            await operation(self._session, *arguments)
            await self._session.commit()
        finally:
            await self._session.remove()
