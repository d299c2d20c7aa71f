"""The four operations of a blog on an asynchronous session, as an application would write them; no commit in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from . import database, models


async def create(session: Any) -> None:
    session.add(models.new_post())


async def read(session: Any, post_id: int) -> None:
    query = select(models.Post).where(models.Post.id == post_id).options(selectinload(models.Post.comments))
    post = (await session.execute(query)).scalar_one()
    if len(post.comments) != database.COMMENTS_PER_POST:
        raise LookupError("post %d has %d comments" % (post_id, len(post.comments)))


async def update(session: Any, post_id: int) -> None:
    post = await session.get(models.Post, post_id)
    post.title = models.changed_title(post)


async def delete(session: Any, post_id: int) -> None:
    await session.delete(await session.get(models.Post, post_id))
