"""The WebSockets of an application as routes: each is opened, sent a message and closed again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from find_mem_leaks.subjects.requests import NUMBER, WEBSOCKET, Request
from find_mem_leaks.subjects.routes import Route

PARAMETER = re.compile(r"\{[^{}]*\}")
# Messages that a handler may take, the likeliest first: a text that is JSON too, an object, none.
MESSAGES = (NUMBER, f'{{"message": "x{NUMBER}"}}', None)
SUMMARY = "A WebSocket: opened, one message, what comes back, closed"
# Without this module uvicorn serves none.
MODULE = "websockets"


def routes(paths: Sequence[str], unserved: Sequence[str]) -> list[Route]:
    """A route for each path, whose parameters are in braces; ``unserved``: modules that are missing to serve them."""
    problem = (
        f"its server needs {MODULE}, which is missing there: install it, or add --with {MODULE} to others"
        if MODULE in unserved
        else ""
    )
    return [Route(f"{WEBSOCKET} {path}", SUMMARY, () if problem else _candidates(path), problem) for path in paths]


def _candidates(path: str) -> tuple[Request, ...]:
    """A number that differs each time for what may be any, then a 1."""
    requests = [Request(WEBSOCKET, filled(path, value), message) for value in (NUMBER, "1") for message in MESSAGES]
    return tuple(dict.fromkeys(requests))


def filled(path: str, value: str) -> str:
    """The path with this for each of its parameters."""
    return PARAMETER.sub(value, path)
