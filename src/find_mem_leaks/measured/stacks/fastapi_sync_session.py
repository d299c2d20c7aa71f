"""FastAPI, plain sessions: a dependency with yield opens a session for the request and closes it."""

from __future__ import annotations

from typing import Any, Iterator

from sqlalchemy.orm import Session, sessionmaker

from ..blog import engines, fastapi_routes, models
from ..blog.requests import REQUESTS

ARCHITECTURE = "FastAPI"
REQUIRES = ("sqlalchemy", "fastapi", "uvicorn")


class Stack:
    requests = REQUESTS

    def __init__(self, path: str) -> None:
        self._engine = engines.make(path)
        self._sessions = sessionmaker(self._engine, future=True)

    async def open(self) -> Any:
        models.Base.metadata.create_all(self._engine)
        engines.fill_pool(self._engine)
        return fastapi_routes.sync_application(self._get_session)

    async def close(self) -> None:
        self._engine.dispose()

    def _get_session(self) -> Iterator[Session]:
        with self._sessions() as session:
            yield session
