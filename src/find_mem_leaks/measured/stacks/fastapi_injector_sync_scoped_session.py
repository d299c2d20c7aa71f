"""FastAPI with dependency-injector, scoped_session by thread, a singleton of the container: a plain endpoint does its
unit of work in one thread, and removes the thread's session at its end."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator

from dependency_injector import containers, providers
from sqlalchemy.orm import scoped_session, sessionmaker

from ..blog import engines, injected, injected_posts

ARCHITECTURE = "FastAPI with dependency-injector"
REQUIRES = ("sqlalchemy", "fastapi", "uvicorn", "dependency_injector")


@contextmanager
def _removed(registry: Any) -> Iterator[Any]:
    """The registry, whose session of this thread is removed at the end."""
    try:
        yield registry
    finally:
        registry.remove()


class Container(containers.DeclarativeContainer):
    config = providers.Configuration()
    engine = providers.Singleton(engines.make, config.path)
    sessions = providers.Singleton(sessionmaker, engine, future=True)
    registry = providers.Singleton(scoped_session, sessions)
    session = providers.Factory(_removed, registry)
    posts = providers.Factory(injected_posts.Posts, session.provider)


class Stack(injected.Injected):
    def __init__(self, path: str) -> None:
        super().__init__(Container(config={"path": path}), injected_posts)
