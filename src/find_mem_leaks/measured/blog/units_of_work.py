"""The four operations of a blog on a synchronous session, as an application would write them; no commit in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from . import database, models


def create(session: Any) -> None:
    session.add(models.new_post())


def read(session: Any, post_id: int) -> None:
    query = select(models.Post).where(models.Post.id == post_id).options(selectinload(models.Post.comments))
    post = session.execute(query).scalar_one()
    if len(post.comments) != database.COMMENTS_PER_POST:
        raise LookupError("post %d has %d comments" % (post_id, len(post.comments)))


def update(session: Any, post_id: int) -> None:
    post = session.get(models.Post, post_id)
    post.title = models.changed_title(post)


def delete(session: Any, post_id: int) -> None:
    session.delete(session.get(models.Post, post_id))
