"""Litestar, after the examples of its documentation: a list, a cached response, a session, a task in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Litestar, Request, Response, get, post, put
from litestar.background_tasks import BackgroundTask
from litestar.exceptions import NotFoundException
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.middleware.session.server_side import ServerSideSessionConfig

seen = {"greeted": 0}


@dataclass
class Item:
    title: str
    done: bool


ITEMS = {"write": Item("write", done=True), "rest": Item("rest", done=False)}


async def count(name: str) -> None:
    seen["greeted"] += len(name) > 0


@get("/")
async def items(done: bool | None = None) -> list[Item]:
    return [item for item in ITEMS.values() if done is None or item.done == done]


@post("/check")
async def check(data: Item) -> Item:
    return data


@put("/items/{title:str}")
async def change(title: str, data: Item) -> Item:
    if title not in ITEMS:
        raise NotFoundException(detail=f"there is no {title}")
    ITEMS[title].done = data.done
    return ITEMS[title]


@get("/cached", cache=120)
async def cached(page: int = 1) -> dict[str, int]:
    return {"page": page}


@get("/greet")
async def greet(name: str) -> Response[dict[str, str]]:
    return Response({"hello": name}, background=BackgroundTask(count, name))


@get("/visits")
async def visits(request: Request[Any, Any, Any]) -> dict[str, int]:
    number = request.session.get("visits", 0) + 1
    request.set_session({"visits": number})
    return {"visits": number}


app = Litestar(
    [items, check, change, cached, greet, visits],
    middleware=[ServerSideSessionConfig().middleware, RateLimitConfig(rate_limit=("second", 1_000_000)).middleware],
)
