"""FastAPI, scoped_session by request: a dependency with yield names the request in a context variable, which its
functions' threads inherit, and removes the request's session at its end."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, AsyncIterator

from fastapi import FastAPI
from sqlalchemy.orm import scoped_session, sessionmaker

from ..blog import engines, fastapi_routes, on_engines

ARCHITECTURE = "FastAPI"
REQUIRES = ("sqlalchemy", "fastapi", "uvicorn")

# A function and its dependencies may each run in another thread: the request is what they share.
_request: ContextVar[object] = ContextVar("request")


class Stack(on_engines.OnEngine):
    def __init__(self, path: str) -> None:
        super().__init__(engines.make(path))
        self._session = scoped_session(sessionmaker(self._engine, future=True), scopefunc=_request.get)

    def _application(self) -> FastAPI:
        return fastapi_routes.sync_application(self._get_session)

    async def _get_session(self) -> AsyncIterator[Any]:
        token = _request.set(object())
        try:
            yield self._session
        finally:
            self._session.remove()
            _request.reset(token)
