"""A scoped_session used in a new thread for each request, without remove(), and the thread then ends.

It looks like async_scoped_session_without_remove, but a thread's end drops what the registry kept for it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy.orm import scoped_session, sessionmaker

from ..blog import models, one_post

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy",)
TRUTH = "clean"  # the registry is a threading.local: the thread's session is dropped with the thread, then collected

_session: Any = scoped_session(sessionmaker(future=True))


def setup(directory: str) -> None:
    _session.configure(bind=one_post.engine(directory))


def operation(_i: int) -> None:
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(_read_post).result()


def _read_post() -> None:
    _session.get(models.Post, 1)
    _session.commit()  # no _session.remove() follows
