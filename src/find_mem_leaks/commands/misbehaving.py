"""Clients that misbehave, as cells of an application: the requests that each of them is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from find_mem_leaks.leading.trying import Tried
from find_mem_leaks.subjects import clients
from find_mem_leaks.subjects.requests import WEBSOCKET, Request
from find_mem_leaks.subjects.websockets import filled


def roles(tried: Sequence[Tried], websockets: Sequence[str], headers: Sequence[tuple[str, str]]) -> dict[str, Request]:
    """Return what each request that was tried is good for.

    A plain one only reads, if there is one; one with a body; the one with the longest answer, for what reads it slowly;
    one whose answer does not end, if there is one, for what does not read it to the end; one
    that fails; a WebSocket that was opened, else the first.
    """
    sockets = [each for each in tried if each.request and each.request.method == WEBSOCKET]
    tried = [each for each in tried if each not in sockets]
    answered = [each for each in tried if each.is_answered]
    reading = [each for each in answered if each.request and each.request.method == "GET"]
    longest = max(reading or answered, key=lambda each: each.size, default=None)
    by_role = {
        "plain": next((each.request for each in (*reading, *answered)), None),
        "with_body": next((each.request for each in answered if each.request and each.request.body), None),
        "stream": longest.request if longest else None,
        "endless": next((each.endless for each in tried if each.endless), None),
        "raise": next((each.request for each in tried if each.fails), None),
        "websocket": next(
            (each.request for each in sockets if not each.fails),
            next((Request("GET", filled(path, "1")).with_headers(headers) for path in websockets), None),
        ),
    }
    return {name: request for name, request in by_role.items() if request}


def reason(name: str, requests: Mapping[str, Request], unserved: Sequence[str], executable: str) -> str:
    """Return why there is no such client; empty if there is."""
    lacking = clients.lacks(name, requests)
    if not lacking and clients.MODULES.get(name) in unserved:
        return f"it needs {clients.MODULES[name]}, which {executable} lacks: install it there, or add --with to others"
    return lacking
