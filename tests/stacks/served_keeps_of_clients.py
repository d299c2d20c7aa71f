"""A served application without a framework that keeps something of some clients, and nothing of others."""

import asyncio
import json

REQUIRES = ("uvicorn",)
SCENARIOS = {"read": "clean"}
ROUTES = {"stream": "/stream", "raise": "/raise"}
REQUESTS = {"read": ("GET", "/posts/1", None, 200), "create": ("POST", "/posts", '{"title": "a post"}', 200)}
PAYLOAD = 1000

paths = {}
refused = []
disconnected = []


async def _answer(send, status, body=b"{}", more=False):
    await send({"type": "http.response.start", "status": status, "headers": [(b"x-served", b"yes")]})
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _body(receive):
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


async def _application(scope, receive, send):
    path = scope["path"]
    if path == "/raise":
        raise RuntimeError("on purpose")
    if path == "/stream":
        await _answer(send, 200, b"x" * PAYLOAD, more=True)
        while (await receive())["type"] != "http.disconnect":
            pass
        kept = bytearray(PAYLOAD)
        await asyncio.Event().wait()  # a task that nobody ends
        return kept
    if path not in {"/posts", "/posts/1"}:
        paths[path] = bytearray(PAYLOAD)
        return await _answer(send, 404)
    body = await _body(receive)
    if body is None:
        return disconnected.append(bytearray(PAYLOAD))
    if body and "title" not in json.loads(body):
        refused.append(bytearray(PAYLOAD))
        return await _answer(send, 422)
    return await _answer(send, 200)


class Stack:
    routes = ROUTES
    requests = REQUESTS

    def __init__(self, path):
        pass

    async def open(self):
        return _application

    async def close(self):
        pass
