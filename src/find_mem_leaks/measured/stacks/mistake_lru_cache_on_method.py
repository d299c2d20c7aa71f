"""functools.lru_cache(maxsize=None) on a method that takes the session: each request's session is a key of its own."""

from __future__ import annotations

import functools
from typing import Any

from sqlalchemy.orm import sessionmaker

from ..blog import models, one_post

ARCHITECTURE = "Mistakes"
REQUIRES = ("sqlalchemy",)
TRUTH = "leaking"  # a session is equal to none but itself: every call adds an entry, and its key keeps the session
HOLDER = "the cache of `Posts.title`"

_sessions: Any = sessionmaker(future=True)


class Posts:
    @functools.lru_cache(maxsize=None)  # noqa: B019 - this is the mistake
    def title(self, session: Any, post_id: int) -> str:
        return str(session.get(models.Post, post_id).title)  # leaks


_posts = Posts()


def setup(directory: str) -> None:
    _sessions.configure(bind=one_post.engine(directory))
    Posts.title.cache_clear()


def operation(_i: int) -> None:
    with _sessions() as session:  # leaks
        _posts.title(session, 1)  # leaks
