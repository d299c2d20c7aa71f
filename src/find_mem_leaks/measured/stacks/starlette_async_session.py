"""Starlette, plain asynchronous sessions: an endpoint opens an AsyncSession for its request and closes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..blog import async_posts, engines, models
from ..blog.requests import REQUESTS

ARCHITECTURE = "Starlette"
REQUIRES = ("sqlalchemy", "aiosqlite", "greenlet", "starlette", "uvicorn")


class Stack:
    requests = REQUESTS

    def __init__(self, path: str) -> None:
        self._engine = engines.make_async(path)

    async def open(self) -> Any:
        async with self._engine.begin() as connection:
            await connection.run_sync(models.Base.metadata.create_all)
        await engines.fill_pool_async(self._engine)
        return Starlette(
            routes=[
                Route("/posts", self._create, methods=["POST"]),
                Route("/posts/{post_id:int}", self._read, methods=["GET"]),
                Route("/posts/{post_id:int}", self._update, methods=["PUT"]),
                Route("/posts/{post_id:int}", self._delete, methods=["DELETE"]),
            ]
        )

    async def close(self) -> None:
        await self._engine.dispose()

    def _session(self) -> AsyncSession:
        return AsyncSession(self._engine, expire_on_commit=False)

    async def _create(self, request: Request) -> Response:
        post = await request.json()
        async with self._session() as session:
            identity = await async_posts.create(session, post["title"], post["body"], post["comments"])
        return JSONResponse(identity, status_code=201)

    async def _read(self, request: Request) -> Response:
        async with self._session() as session:
            post = await async_posts.read(session, request.path_params["post_id"])
        comments = [comment.body for comment in post.comments]
        return JSONResponse({"id": post.id, "title": post.title, "body": post.body, "comments": comments})

    async def _update(self, request: Request) -> Response:
        title = (await request.json())["title"]
        async with self._session() as session:
            await async_posts.update(session, request.path_params["post_id"], title)
        return Response()

    async def _delete(self, request: Request) -> Response:
        async with self._session() as session:
            await async_posts.delete(session, request.path_params["post_id"])
        return Response(status_code=204)
