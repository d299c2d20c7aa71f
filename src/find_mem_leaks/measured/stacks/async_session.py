"""SQLAlchemy asyncio with aiosqlite, plain sessions: a unit of work opens an AsyncSession and closes it."""

from __future__ import annotations

from ..blog import async_units_of_work, engines, models

REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet")


class Stack:
    def __init__(self, path: str) -> None:
        self._engine = engines.make_async(path)
        self._sessions = engines.make_async_sessions(self._engine)

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
