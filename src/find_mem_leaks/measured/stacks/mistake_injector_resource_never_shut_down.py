"""dependency-injector: a container for each request with a Resource that is initialised and never shut down."""

from __future__ import annotations

from typing import Any, Iterator, Set

from dependency_injector import containers, providers
from sqlalchemy.orm import sessionmaker

from ..blog import models, one_post

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy", "dependency_injector")
TRUTH = "leaking"  # only shutdown_resources() runs what follows the yield, so the set of open sessions keeps them all
HOLDER = "_open"

_sessions: Any = sessionmaker(future=True)
_open: Set[Any] = set()


def _session() -> Iterator[Any]:
    session = _sessions()  # leaks
    _open.add(session)  # leaks
    yield session
    session.close()
    _open.discard(session)


class Request(containers.DeclarativeContainer):
    session = providers.Resource(_session)


def setup(directory: str) -> None:
    _sessions.configure(bind=one_post.engine(directory))
    _open.clear()


def operation(_i: int) -> None:
    request = Request()
    request.init_resources()
    session = request.session()
    session.get(models.Post, 1)  # leaks
    session.commit()
