"""Sessions put in a list and never dropped: each is closed, and kept all the same."""

from __future__ import annotations

from typing import Any, List

from sqlalchemy.orm import sessionmaker

from ..blog import models, one_post

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy",)
TRUTH = "leaking"  # close() gives back the connection and empties the session; the object lives as long as the list
HOLDER = "_opened"

_sessions: Any = sessionmaker(future=True)
_opened: List[Any] = []


def setup(directory: str) -> None:
    _sessions.configure(bind=one_post.engine(directory))
    _opened.clear()


def operation(_i: int) -> None:
    with _sessions() as session:  # leaks
        _opened.append(session)
        session.get(models.Post, 1)  # leaks
