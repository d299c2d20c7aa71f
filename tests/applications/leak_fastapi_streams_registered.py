"""Whoever listens to events is registered, and stays registered when the stream has ended."""

import asyncio

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

LEAKS = {"GET /events": None}
HOLDER = "subscribers"

app = FastAPI()
subscribers = set()


async def events(queue):
    subscribers.add(queue)  # leaks
    yield "data: welcome\n\n"


async def greeting():
    yield "data: welcome\n\n"


@app.get("/events")
async def listen():
    return StreamingResponse(events(asyncio.Queue()), media_type="text/event-stream")  # leaks


@app.get("/greeting")
async def greet():
    return StreamingResponse(greeting(), media_type="text/event-stream")
