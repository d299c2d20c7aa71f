"""FastAPI, plain asynchronous sessions: a dependency with yield opens an AsyncSession for the request and closes it."""

from __future__ import annotations

from typing import Any, AsyncIterator

from sqlalchemy.ext.asyncio import AsyncSession

from ..blog import engines, fastapi_routes, models
from ..blog.requests import REQUESTS

ARCHITECTURE = "FastAPI"
REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet", "fastapi", "uvicorn")


class Stack:
    requests = REQUESTS

    def __init__(self, path: str) -> None:
        self._engine = engines.make_async(path)
        self._sessions = engines.make_async_sessions(self._engine)

    async def open(self) -> Any:
        async with self._engine.begin() as connection:
            await connection.run_sync(models.Base.metadata.create_all)
        await engines.fill_pool_async(self._engine)
        return fastapi_routes.async_application(self._get_session)

    async def close(self) -> None:
        await self._engine.dispose()

    async def _get_session(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as session:
            yield session
