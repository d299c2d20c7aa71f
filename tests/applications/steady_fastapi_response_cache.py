"""Responses are cached, the last 256 of them."""

from collections import OrderedDict

from fastapi import FastAPI

LEAKS = {}
MOST = 256

app = FastAPI()
cache = OrderedDict()


@app.get("/items/{id}")
async def item(id: int):
    if id not in cache:
        cache[id] = {"id": id, "text": "x" * 500}
        if len(cache) > MOST:
            cache.popitem(last=False)
    return cache[id]
