"""FastAPI, async_scoped_session by current task, of which a request has one of its own: a dependency with yield removes
the task's session at the request's end."""

from __future__ import annotations

import asyncio
from typing import Any, AsyncIterator

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import async_scoped_session

from ..blog import engines, fastapi_routes, on_engines

ARCHITECTURE = "FastAPI"
REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet", "fastapi", "uvicorn")


class Stack(on_engines.OnEngine):
    def __init__(self, path: str) -> None:
        super().__init__(engines.make_async(path))
        sessions = engines.make_async_sessions(self._engine)
        self._session = async_scoped_session(sessions, scopefunc=asyncio.current_task)

    def _application(self) -> FastAPI:
        return fastapi_routes.async_application(self._get_session)

    async def _get_session(self) -> AsyncIterator[Any]:
        try:
            yield self._session
        finally:
            await self._session.remove()
