"""An application of a person's own as a workload: served in this process, the requests from another one over loopback.

A stretch is over when every request has had its response, the server has finished with it, and the tasks that it began
are over: no look at memory sees a request in flight.
"""

from __future__ import annotations

import asyncio
import importlib.util
import time
from typing import Any, Dict, List, Optional

from . import applications
from .applications import ASGI
from .sender import Sender
from .serving import Uvicorn, Waitress, refuse

# Seconds that tasks may take after the last response; where some have not ended by then, as those that never do, the
# others of the next stretches are given less.
PATIENCE = 1.0
LESS_PATIENCE = 0.05
POLL_SECONDS = 0.002
# Seconds that one response may take while it is tried which requests are answered.
TRIAL_SECONDS = 10.0


def load(request: Dict[str, Any]) -> Any:
    """The workload of an ``open`` request with an application."""
    application = applications.load(request["application"])
    of_kind = AsgiWorkload if applications.kind(application) == ASGI else WsgiWorkload
    return of_kind(application, request)


class _Workload:
    """What both kinds have: the interface of ``StackWorkload``."""

    def __init__(self, application: Any, request: Dict[str, Any]) -> None:
        self._application = application
        self._setting = {
            "concurrency": request["concurrency"],
            "routes": request["application"]["routes"],
            "shares": request["application"].get("shares", ()),
            "seed": request["seed"],
            "capacity": request["capacity"],
            "patience": TRIAL_SECONDS,
        }
        self._logins = request["application"].get("logins", ())
        self._sender: Sender
        self._prepared = False
        self.completed = 0
        self.tried: Dict[str, Any] = {}

    def prepare(self, number: int, operations: int) -> Dict[str, int]:
        self._sender.tell(round=number, operations=operations, stable=0)
        self._prepared = True
        return {}

    def check(self) -> None:
        """Nothing: what a request does is the application's own affair."""


class AsgiWorkload(_Workload):
    is_async = True

    async def open(self) -> None:
        self._server = Uvicorn(self._application, lifespan="auto")
        port = await self._server.start()
        self._sender = Sender(port=port, **self._setting)
        await self._sender.connect()
        self._sender.tell(login=self._logins)
        refuse(await self._sender.awaited(), self._server.recording.take_error())
        self._tasks = _Tasks()

    async def stretch(self, begin: int, end: int) -> None:
        if self._prepared:
            await self._sender.awaited()
            self._prepared = False
        self._sender.tell(begin=begin, end=end)
        answer = await self._sender.awaited()
        await self._server.finished()
        await self._tasks.finished()
        self.completed = answer.get("completed", 0)
        refuse(answer, self._server.recording.take_error())

    async def attempt(self, route: List[Any], names: List[str]) -> None:
        """Send one request; ``tried`` is what came of it."""
        self._sender.tell(**{"try": route, "names": names})
        self.tried = await self._sender.awaited()
        self._server.recording.take_error()

    async def close(self) -> None:
        self._sender.leave()
        await self._server.stop()
        self._sender.wait()


def _server(application: Any) -> Any:
    """waitress, or gunicorn where there is that alone."""
    if importlib.util.find_spec("waitress") or not importlib.util.find_spec("gunicorn"):
        return Waitress(application)
    from .over_gunicorn import Gunicorn

    return Gunicorn(application)


class _Tasks:
    """The tasks of the event loop, some of which the application begins and does not wait for."""

    def __init__(self) -> None:
        self._usual = len(asyncio.all_tasks())
        self._patience = PATIENCE

    async def finished(self) -> None:
        """Wait until there are no more than before, for so long as is usual."""
        deadline: Optional[float] = None
        while len(asyncio.all_tasks()) > self._usual:
            now = time.monotonic()
            deadline = deadline or now + self._patience
            if now > deadline:
                self._usual, self._patience = len(asyncio.all_tasks()), LESS_PATIENCE
                break
            await asyncio.sleep(POLL_SECONDS)


class WsgiWorkload(_Workload):
    is_async = False

    def open(self) -> None:
        self._server = _server(self._application)
        self._sender = Sender(port=self._server.start(), **self._setting)
        self._sender.tell(login=self._logins)
        refuse(self._sender.answer(), self._server.recording.take_error())

    def stretch(self, begin: int, end: int) -> None:
        if self._prepared:
            self._sender.answer()
            self._prepared = False
        self._sender.tell(begin=begin, end=end)
        answer = self._sender.answer()
        self._server.finished()
        self.completed = answer.get("completed", 0)
        refuse(answer, self._server.recording.take_error())

    def attempt(self, route: List[Any], names: List[str]) -> None:
        """Send one request; ``tried`` is what came of it."""
        self._sender.tell(**{"try": route, "names": names})
        self.tried = self._sender.answer()
        self._server.recording.take_error()

    def close(self) -> None:
        self._sender.leave()
        self._server.stop()
        self._sender.wait()
