"""Each order starts a task that waits for a payment which never comes."""

import asyncio

from quart import Quart

LEAKS = {"POST /orders": None}
HOLDER = "waiting"

app = Quart(__name__)
waiting = set()


async def payment():
    await asyncio.get_running_loop().create_future()  # leaks


@app.post("/orders")
async def order():
    waiting.add(asyncio.create_task(payment()))  # leaks
    return {"placed": True}


@app.get("/orders")
async def orders():
    return {"orders": []}
