"""FastAPI, an endpoint of every kind, of which two leak on purpose: in the handler and in a background task."""

from __future__ import annotations

from typing import Any, AsyncIterator, ClassVar, Dict, Iterator, List

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

ARCHITECTURE = "Leaks on purpose"
REQUIRES = ("fastapi", "uvicorn")
SCENARIOS = {
    "sync_handler": "clean",
    "async_handler": "clean",
    "pydantic_body": "clean",
    "nested_response": "clean",
    "http_exception": "clean",
    "dependency_with_yield": "clean",
    "background_task": "clean",
    "leak_in_handler": "leaking",  # a list of the module keeps 1,000 bytes of each request
    "leak_in_background_task": "leaking",  # likewise
}
# For clients that misbehave.
ROUTES = {"stream": "/stream", "raise": "/raise", "websocket": "/socket"}

PAYLOAD = 1000
PIECES = 100
BODY = '{"name": "an item", "tags": ["one", "two"], "price": 2.5}'

kept_by_handler: List[bytearray] = []
kept_by_task: List[bytearray] = []
written: Dict[str, str] = {}


class Item(BaseModel):
    name: str
    tags: List[str]
    price: float


class Owner(BaseModel):
    name: str
    items: List[Item]


class Page(BaseModel):
    owners: List[Owner]
    total: int


def _resource() -> Iterator[bytearray]:
    buffer = bytearray(PAYLOAD)
    try:
        yield buffer
    finally:
        buffer.clear()


def _write(name: str) -> None:
    written["last"] = name


def _keep() -> None:
    kept_by_task.append(bytearray(PAYLOAD))


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/sync")
    def sync_handler() -> Dict[str, int]:
        return {"answer": 42}

    @app.get("/async")
    async def async_handler() -> Dict[str, int]:
        return {"answer": 42}

    @app.post("/items")
    async def pydantic_body(item: Item) -> Item:
        return item

    @app.get("/pages", response_model=Page)
    async def nested_response() -> Page:
        items = [Item(name="an item", tags=["one", "two"], price=2.5) for _ in range(3)]
        return Page(owners=[Owner(name="an owner", items=items) for _ in range(2)], total=6)

    @app.get("/missing")
    async def http_exception() -> None:
        raise HTTPException(404, "there is none")

    _add_what_outlives_a_handler(app)
    _add_routes_of_clients(app)
    return app


def _add_what_outlives_a_handler(application: FastAPI) -> None:
    resource: Any = Depends(_resource)

    @application.get("/resource")
    def dependency_with_yield(buffer: bytearray = resource) -> int:
        return len(buffer)

    @application.post("/tasks")
    async def background_task(tasks: BackgroundTasks) -> None:
        tasks.add_task(_write, "an item")

    @application.post("/kept")
    async def leak_in_handler() -> int:
        kept_by_handler.append(bytearray(PAYLOAD))
        return len(kept_by_handler)

    @application.post("/kept-by-task")
    async def leak_in_background_task(tasks: BackgroundTasks) -> None:
        tasks.add_task(_keep)


def _add_routes_of_clients(application: FastAPI) -> None:
    @application.get("/stream", include_in_schema=False)
    async def stream() -> StreamingResponse:
        return StreamingResponse(_pieces(), media_type="text/plain")

    @application.get("/raise", include_in_schema=False)
    async def unhandled_exception() -> None:
        raise RuntimeError("on purpose")

    @application.websocket("/socket")
    async def echo(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except WebSocketDisconnect:
            pass


async def _pieces() -> AsyncIterator[bytes]:
    for _ in range(PIECES):
        yield b"x" * PAYLOAD


class Stack:
    routes: ClassVar[Dict[str, str]] = ROUTES
    # Method, path, body and the status that is expected.
    requests: ClassVar[Dict[str, Any]] = {
        "sync_handler": ("GET", "/sync", None, 200),
        "async_handler": ("GET", "/async", None, 200),
        "pydantic_body": ("POST", "/items", BODY, 200),
        "nested_response": ("GET", "/pages", None, 200),
        "http_exception": ("GET", "/missing", None, 404),
        "dependency_with_yield": ("GET", "/resource", None, 200),
        "background_task": ("POST", "/tasks", None, 200),
        "leak_in_handler": ("POST", "/kept", None, 200),
        "leak_in_background_task": ("POST", "/kept-by-task", None, 200),
    }

    def __init__(self, _path: str) -> None:
        pass

    async def open(self) -> FastAPI:
        return application()

    async def close(self) -> None:
        pass
