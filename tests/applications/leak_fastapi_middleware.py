"""A middleware notes when each request began, and forgets to strike out those that are over."""

import time
import uuid

from fastapi import FastAPI

LEAKS = {"GET /orders": None, "GET /health": None}
HOLDER = "started"

app = FastAPI()
started = {}


@app.middleware("http")
async def timed(request, call_next):
    began = time.perf_counter()  # leaks
    started[uuid.uuid4().hex] = began  # leaks
    response = await call_next(request)
    response.headers["X-Seconds"] = f"{time.perf_counter() - began:.6f}"
    return response


@app.get("/orders")
def orders():
    return []


@app.get("/health")
async def health():
    return "fine"
