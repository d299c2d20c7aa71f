"""Call an ASGI application with httpx in the same process and keep the scopes of the last 200 requests.

Does not leak: the ring is full after 200 operations.
"""

import collections

import httpx

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("httpx",)

SCOPES = collections.deque(maxlen=200)


async def application(scope, receive, send):
    SCOPES.append(scope)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


_client = httpx.AsyncClient(transport=httpx.ASGITransport(app=application), base_url="http://app")


async def operation(i):
    return (await _client.get(f"/items/{i}")).text
