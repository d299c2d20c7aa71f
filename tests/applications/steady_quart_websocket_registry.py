"""Whoever is connected is kept in a registry, with a queue of its own, until the connection is closed."""

import asyncio

from quart import Quart, websocket

LEAKS = {}

app = Quart(__name__)
queues = {}


async def pass_on(own):
    while True:
        await websocket.send(await own.get())


@app.websocket("/news/<topic>")
async def news(topic):
    own = asyncio.Queue()
    queues[id(own)] = own
    sending = asyncio.create_task(pass_on(own))
    try:
        while True:
            text = await websocket.receive()
            for each in queues.values():
                await each.put(f"{topic}: {text}")
    finally:
        del queues[id(own)]
        sending.cancel()


@app.get("/topics")
async def topics():
    return {"listeners": len(queues)}
