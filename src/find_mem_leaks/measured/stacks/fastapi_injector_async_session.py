"""FastAPI with dependency-injector, plain asynchronous sessions: a container's factory makes an AsyncSession for each
unit of work, which closes it."""

from __future__ import annotations

from dependency_injector import containers, providers
from sqlalchemy.ext.asyncio import AsyncSession

from ..blog import engines, injected, injected_async_posts

ARCHITECTURE = "FastAPI with dependency-injector"
REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet", "fastapi", "uvicorn", "dependency_injector")


class Container(containers.DeclarativeContainer):
    config = providers.Configuration()
    engine = providers.Singleton(engines.make_async, config.path)
    session = providers.Factory(AsyncSession, engine, expire_on_commit=False)
    posts = providers.Factory(injected_async_posts.Posts, session.provider)


class Stack(injected.Injected):
    def __init__(self, path: str) -> None:
        super().__init__(Container(config={"path": path}), injected_async_posts)
