"""FastAPI, plain asynchronous sessions: a dependency with yield opens an AsyncSession for the request and closes it."""

from __future__ import annotations

from typing import AsyncIterator

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from ..blog import engines, fastapi_routes, on_engines

ARCHITECTURE = "FastAPI"
REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet", "fastapi", "uvicorn")


class Stack(on_engines.OnEngine):
    def __init__(self, path: str) -> None:
        super().__init__(engines.make_async(path))
        self._sessions = engines.make_async_sessions(self._engine)

    def _application(self) -> FastAPI:
        return fastapi_routes.async_application(self._get_session)

    async def _get_session(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as session:
            yield session
