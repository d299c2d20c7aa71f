"""SQLAlchemy asyncio with aiosqlite, async_scoped_session by current task: a unit of work is a task of its own that
removes its session at its end."""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable

from sqlalchemy.ext.asyncio import async_scoped_session

from ..blog import async_units_of_work, engines, models

REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet")


class Stack:
    def __init__(self, path: str) -> None:
        self._engine = engines.make_async(path)
        sessions = engines.make_async_sessions(self._engine)
        self._session = async_scoped_session(sessions, scopefunc=asyncio.current_task)

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
