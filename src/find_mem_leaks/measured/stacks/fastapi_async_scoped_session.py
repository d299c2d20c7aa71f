"""FastAPI, async_scoped_session by current task, of which a request has one of its own: a dependency with yield removes
the task's session at the request's end."""

from __future__ import annotations

import asyncio
from typing import Any, AsyncIterator

from sqlalchemy.ext.asyncio import async_scoped_session

from ..blog import engines, fastapi_routes, models
from ..blog.requests import REQUESTS

ARCHITECTURE = "FastAPI"
REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet", "fastapi", "uvicorn")


class Stack:
    requests = REQUESTS

    def __init__(self, path: str) -> None:
        self._engine = engines.make_async(path)
        sessions = engines.make_async_sessions(self._engine)
        self._session = async_scoped_session(sessions, scopefunc=asyncio.current_task)

    async def open(self) -> Any:
        async with self._engine.begin() as connection:
            await connection.run_sync(models.Base.metadata.create_all)
        await engines.fill_pool_async(self._engine)
        return fastapi_routes.async_application(self._get_session)

    async def close(self) -> None:
        await self._engine.dispose()

    async def _get_session(self) -> AsyncIterator[Any]:
        try:
            yield self._session
        finally:
            await self._session.remove()
