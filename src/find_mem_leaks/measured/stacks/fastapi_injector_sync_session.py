"""FastAPI with dependency-injector, plain sessions: a container's factory makes a session for each unit of work, which
closes it."""

from __future__ import annotations

from typing import Any

from dependency_injector import containers, providers
from sqlalchemy.orm import Session

from ..blog import engines, injected, injected_posts, models
from ..blog.requests import REQUESTS

ARCHITECTURE = "FastAPI with dependency-injector"
REQUIRES = ("sqlalchemy", "fastapi", "uvicorn", "dependency_injector")


class Container(containers.DeclarativeContainer):
    config = providers.Configuration()
    engine = providers.Singleton(engines.make, config.path)
    session = providers.Factory(Session, engine, future=True)
    posts = providers.Factory(injected_posts.Posts, session.provider)


class Stack:
    requests = REQUESTS

    def __init__(self, path: str) -> None:
        self._container = Container(config={"path": path})

    async def open(self) -> Any:
        models.Base.metadata.create_all(self._container.engine())
        engines.fill_pool(self._container.engine())
        return injected.application(self._container, injected_posts)

    async def close(self) -> None:
        self._container.unwire()
        self._container.engine().dispose()
