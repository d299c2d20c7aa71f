"""The blog's endpoints as coroutine functions, each given a repository of posts by the container that this module is
wired to."""

from __future__ import annotations

from typing import Any, AsyncContextManager, Callable

from dependency_injector.wiring import Provide, inject
from fastapi import APIRouter, Depends

from . import async_posts
from .fastapi_routes import NewPost, NewTitle, StoredPost, shown


class Posts:
    """The repository: every call is a unit of work in a session of its own, which ``session_factory`` makes."""

    def __init__(self, session_factory: Callable[[], AsyncContextManager[Any]]) -> None:
        self._session_factory = session_factory

    async def create(self, post: NewPost) -> int:
        async with self._session_factory() as session:
            return int(await async_posts.create(session, post.title, post.body, post.comments))

    async def read(self, post_id: int) -> StoredPost:
        async with self._session_factory() as session:
            return shown(await async_posts.read(session, post_id))

    async def update(self, post_id: int, title: str) -> None:
        async with self._session_factory() as session:
            await async_posts.update(session, post_id, title)

    async def delete(self, post_id: int) -> None:
        async with self._session_factory() as session:
            await async_posts.delete(session, post_id)


router = APIRouter()
_repository: Any = Depends(Provide["posts"])


@router.post("/posts", status_code=201)
@inject
async def create(post: NewPost, repository: Posts = _repository) -> int:
    return await repository.create(post)


@router.get("/posts/{post_id}", response_model=StoredPost)
@inject
async def read(post_id: int, repository: Posts = _repository) -> StoredPost:
    return await repository.read(post_id)


@router.put("/posts/{post_id}")
@inject
async def update(post_id: int, title: NewTitle, repository: Posts = _repository) -> None:
    await repository.update(post_id, title.title)


@router.delete("/posts/{post_id}", status_code=204)
@inject
async def delete(post_id: int, repository: Posts = _repository) -> None:
    await repository.delete(post_id)
