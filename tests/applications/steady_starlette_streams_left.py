"""Whoever listens to events is registered, and struck off when the stream ends; tasks are kept until they are done."""

import asyncio

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

LEAKS = {}

subscribers = set()
tasks = set()


async def events(queue):
    subscribers.add(queue)
    try:
        yield "data: welcome\n\n"
    finally:
        subscribers.discard(queue)


async def listen(request):
    return StreamingResponse(events(asyncio.Queue()), media_type="text/event-stream")


async def mail(request):
    task = asyncio.create_task(asyncio.sleep(0))
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return PlainTextResponse("sent")


app = Starlette(routes=[Route("/events", listen), Route("/mail", mail)])
