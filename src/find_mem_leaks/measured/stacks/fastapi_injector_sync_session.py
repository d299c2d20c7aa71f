"""FastAPI with dependency-injector, plain sessions: a container's factory makes a session for each unit of work, which
closes it."""

from __future__ import annotations

from dependency_injector import containers, providers
from sqlalchemy.orm import Session

from ..blog import engines, injected, injected_posts

ARCHITECTURE = "FastAPI with dependency-injector"
REQUIRES = ("sqlalchemy", "fastapi", "uvicorn", "dependency_injector")


class Container(containers.DeclarativeContainer):
    config = providers.Configuration()
    engine = providers.Singleton(engines.make, config.path)
    session = providers.Factory(Session, engine, future=True)
    posts = providers.Factory(injected_posts.Posts, session.provider)


class Stack(injected.Injected):
    def __init__(self, path: str) -> None:
        super().__init__(Container(config={"path": path}), injected_posts)
