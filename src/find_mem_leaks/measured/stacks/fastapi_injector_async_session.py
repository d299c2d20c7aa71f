"""FastAPI with dependency-injector, plain asynchronous sessions: a container's factory makes an AsyncSession for each
unit of work, which closes it."""

from __future__ import annotations

from typing import Any

from dependency_injector import containers, providers
from sqlalchemy.ext.asyncio import AsyncSession

from ..blog import engines, injected, injected_async_posts, models
from ..blog.requests import REQUESTS

ARCHITECTURE = "FastAPI with dependency-injector"
REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet", "fastapi", "uvicorn", "dependency_injector")


class Container(containers.DeclarativeContainer):
    config = providers.Configuration()
    engine = providers.Singleton(engines.make_async, config.path)
    session = providers.Factory(AsyncSession, engine, expire_on_commit=False)
    posts = providers.Factory(injected_async_posts.Posts, session.provider)


class Stack:
    requests = REQUESTS

    def __init__(self, path: str) -> None:
        self._container = Container(config={"path": path})

    async def open(self) -> Any:
        async with self._container.engine().begin() as connection:
            await connection.run_sync(models.Base.metadata.create_all)
        await engines.fill_pool_async(self._container.engine())
        return injected.application(self._container, injected_async_posts)

    async def close(self) -> None:
        self._container.unwire()
        await self._container.engine().dispose()
