"""Call an ASGI application with httpx in the same process; the application files each request's scope for debugging.

Leaks: the file of scopes is never emptied.
"""

import httpx

TRUTH = "leaking"
RATE = 1630.0
REQUIRES = ("httpx",)

SCOPES = []


async def application(scope, receive, send):
    SCOPES.append(scope)  # leaks
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


_client = httpx.AsyncClient(transport=httpx.ASGITransport(app=application), base_url="http://app")


async def operation(i):
    return (await _client.get(f"/items/{i}")).text
