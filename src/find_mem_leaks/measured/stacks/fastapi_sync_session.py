"""FastAPI, plain sessions: a dependency with yield opens a session for the request and closes it."""

from __future__ import annotations

from typing import Iterator

from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker

from ..blog import engines, fastapi_routes, on_engines

ARCHITECTURE = "FastAPI"
REQUIRES = ("sqlalchemy", "fastapi", "uvicorn")


class Stack(on_engines.OnEngine):
    def __init__(self, path: str) -> None:
        super().__init__(engines.make(path))
        self._sessions = sessionmaker(self._engine, future=True)

    def _application(self) -> FastAPI:
        return fastapi_routes.sync_application(self._get_session)

    def _get_session(self) -> Iterator[Session]:
        with self._sessions() as session:
            yield session
