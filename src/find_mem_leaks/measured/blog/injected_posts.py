"""The blog's endpoints as plain functions, each given a repository of posts by the container that this module is wired
to."""

from __future__ import annotations

from typing import Any, Callable, ContextManager

from dependency_injector.wiring import Provide, inject
from fastapi import APIRouter, Depends

from . import posts
from .fastapi_routes import NewPost, NewTitle, StoredPost, shown


class Posts:
    """The repository: every call is a unit of work in a session of its own, which ``session_factory`` makes."""

    def __init__(self, session_factory: Callable[[], ContextManager[Any]]) -> None:
        self._session_factory = session_factory

    def create(self, post: NewPost) -> int:
        with self._session_factory() as session:
            return int(posts.create(session, post.title, post.body, post.comments))

    def read(self, post_id: int) -> StoredPost:
        with self._session_factory() as session:
            return shown(posts.read(session, post_id))

    def update(self, post_id: int, title: str) -> None:
        with self._session_factory() as session:
            posts.update(session, post_id, title)

    def delete(self, post_id: int) -> None:
        with self._session_factory() as session:
            posts.delete(session, post_id)


router = APIRouter()
_repository: Any = Depends(Provide["posts"])


@router.post("/posts", status_code=201)
@inject
def create(post: NewPost, repository: Posts = _repository) -> int:
    return repository.create(post)


@router.get("/posts/{post_id}", response_model=StoredPost)
@inject
def read(post_id: int, repository: Posts = _repository) -> StoredPost:
    return repository.read(post_id)


@router.put("/posts/{post_id}")
@inject
def update(post_id: int, title: NewTitle, repository: Posts = _repository) -> None:
    repository.update(post_id, title.title)


@router.delete("/posts/{post_id}", status_code=204)
@inject
def delete(post_id: int, repository: Posts = _repository) -> None:
    repository.delete(post_id)
