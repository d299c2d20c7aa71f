"""What a request to the blog does to its posts, on an asynchronous session, up to its commit."""

from __future__ import annotations

from typing import Any, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from . import models


async def create(session: Any, title: str, body: str, comments: Sequence[str]) -> Any:
    """Store a post; its id."""
    post = models.Post(title=title, body=body, comments=[models.Comment(body=comment) for comment in comments])
    session.add(post)
    await session.flush()
    identity = post.id
    await session.commit()
    return identity


async def read(session: Any, post_id: int) -> Any:
    """The post with its comments; NoResultFound if there is none."""
    query = select(models.Post).where(models.Post.id == post_id).options(selectinload(models.Post.comments))
    return (await session.execute(query)).scalar_one()


async def update(session: Any, post_id: int, title: str) -> None:
    post = await session.get(models.Post, post_id)
    post.title = title
    await session.commit()


async def delete(session: Any, post_id: int) -> None:
    await session.delete(await session.get(models.Post, post_id))
    await session.commit()
