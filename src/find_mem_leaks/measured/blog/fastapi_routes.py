"""The blog behind FastAPI: its bodies, and its routes on a session that a dependency provides."""

from __future__ import annotations

from typing import Any, Callable, List

from fastapi import Depends, FastAPI
from pydantic import BaseModel

from . import async_posts, posts


class NewPost(BaseModel):
    title: str
    body: str
    comments: List[str]


class NewTitle(BaseModel):
    title: str


class StoredPost(BaseModel):
    id: int
    title: str
    body: str
    comments: List[str]


def shown(post: Any) -> StoredPost:
    """A post with its comments as a response shows it."""
    comments = [comment.body for comment in post.comments]
    return StoredPost(id=post.id, title=post.title, body=post.body, comments=comments)


def sync_application(get_session: Callable[..., object]) -> FastAPI:
    """Plain functions, each in one of the server's threads; ``get_session`` is a dependency with yield."""
    application = FastAPI()
    session: Any = Depends(get_session)

    @application.post("/posts", status_code=201)
    def create(post: NewPost, session: Any = session) -> int:
        return int(posts.create(session, post.title, post.body, post.comments))

    @application.get("/posts/{post_id}", response_model=StoredPost)
    def read(post_id: int, session: Any = session) -> StoredPost:
        return shown(posts.read(session, post_id))

    @application.put("/posts/{post_id}")
    def update(post_id: int, title: NewTitle, session: Any = session) -> None:
        posts.update(session, post_id, title.title)

    @application.delete("/posts/{post_id}", status_code=204)
    def delete(post_id: int, session: Any = session) -> None:
        posts.delete(session, post_id)

    return application


def async_application(get_session: Callable[..., object]) -> FastAPI:
    """Coroutine functions in the server's event loop; ``get_session`` is an asynchronous dependency with yield."""
    application = FastAPI()
    session: Any = Depends(get_session)

    @application.post("/posts", status_code=201)
    async def create(post: NewPost, session: Any = session) -> int:
        return int(await async_posts.create(session, post.title, post.body, post.comments))

    @application.get("/posts/{post_id}", response_model=StoredPost)
    async def read(post_id: int, session: Any = session) -> StoredPost:
        return shown(await async_posts.read(session, post_id))

    @application.put("/posts/{post_id}")
    async def update(post_id: int, title: NewTitle, session: Any = session) -> None:
        await async_posts.update(session, post_id, title.title)

    @application.delete("/posts/{post_id}", status_code=204)
    async def delete(post_id: int, session: Any = session) -> None:
        await async_posts.delete(session, post_id)

    return application
