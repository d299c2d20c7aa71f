"""FastAPI with dependency-injector, async_scoped_session by current task, a singleton of the container: a request has a
task of its own, and removes the task's session at the end of its unit of work."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator

from dependency_injector import containers, providers
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
from sqlalchemy.orm import sessionmaker

from ..blog import engines, injected, injected_async_posts

ARCHITECTURE = "FastAPI with dependency-injector"
REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet", "fastapi", "uvicorn", "dependency_injector")


@asynccontextmanager
async def _removed(registry: Any) -> AsyncIterator[Any]:
    """The registry, whose session of this task is removed at the end."""
    try:
        yield registry
    finally:
        await registry.remove()


class Container(containers.DeclarativeContainer):
    config = providers.Configuration()
    engine = providers.Singleton(engines.make_async, config.path)
    sessions = providers.Singleton(sessionmaker, engine, class_=AsyncSession, expire_on_commit=False)
    registry = providers.Singleton(async_scoped_session, sessions, scopefunc=asyncio.current_task)
    session = providers.Factory(_removed, registry)
    posts = providers.Factory(injected_async_posts.Posts, session.provider)


class Stack(injected.Injected):
    def __init__(self, path: str) -> None:
        super().__init__(Container(config={"path": path}), injected_async_posts)
