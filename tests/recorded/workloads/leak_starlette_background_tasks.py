"""Start a background task for each request of a Starlette application and hold it in a set until its event comes.

Leaks: the event of one request in four never comes, so these tasks stay pending for ever.
"""

import asyncio

import httpx
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

TRUTH = "leaking"
RATE = 478.0
REQUIRES = ("starlette", "httpx")

TASKS = set()


async def page(request):
    event = asyncio.Event()
    task = asyncio.create_task(event.wait())
    TASKS.add(task)
    task.add_done_callback(TASKS.discard)
    if int(request.path_params["number"]) % 4:
        event.set()  # leaks when not set
    return PlainTextResponse("ok")


_application = Starlette(routes=[Route("/{number}", page)])
_client = httpx.AsyncClient(transport=httpx.ASGITransport(app=_application), base_url="http://app")


async def operation(i):
    await asyncio.sleep(0)  # lets finished tasks go
    return (await _client.get(f"/{i}")).status_code
