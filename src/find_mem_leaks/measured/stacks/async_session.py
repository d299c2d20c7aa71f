"""SQLAlchemy asyncio with aiosqlite, plain sessions: a unit of work opens an AsyncSession and closes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import sessionmaker

from .. import async_units_of_work, database, models

REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet")


class Stack:
    def __init__(self, path: str) -> None:
        self._engine: Any = create_async_engine("sqlite+aiosqlite:///" + path)
        event.listen(self._engine.sync_engine, "connect", database.limit_page_cache)
        self._sessions = sessionmaker(self._engine, class_=AsyncSession, expire_on_commit=False)  # type: ignore[call-overload]

    async def open(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(models.Base.metadata.create_all)

    async def create(self) -> None:
        async with self._sessions() as session, session.begin():
            await async_units_of_work.create(session)

    async def read(self, post_id: int) -> None:
        async with self._sessions() as session:
            await async_units_of_work.read(session, post_id)

    async def update(self, post_id: int) -> None:
        async with self._sessions() as session, session.begin():
            await async_units_of_work.update(session, post_id)

    async def delete(self, post_id: int) -> None:
        async with self._sessions() as session, session.begin():
            await async_units_of_work.delete(session, post_id)

    async def close(self) -> None:
        await self._engine.dispose()
