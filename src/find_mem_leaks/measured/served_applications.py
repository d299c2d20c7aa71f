"""An application of a person's own as a workload: served in this process, the requests from another one over loopback.

A stretch is over when every request has had its response, the server has finished with it, and the tasks that it began
are over: no look at memory sees a request in flight.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, Dict, Sequence

from . import applications
from .applications import ASGI
from .over_uvicorn import OverUvicorn
from .sender import Sender, load_of
from .serving import Waitress, refuse
from .waiting import Waiting

if TYPE_CHECKING:
    from . import replies, requests
    from .over_gunicorn import Gunicorn
    from .workload import Application

# Seconds that one response may take while it is tried which requests are answered.
TRIAL_SECONDS = 10.0


def load(where: requests.Where, request: requests.Open) -> Application:
    """The workload of an ``open`` request with an application."""
    if where.get("workers", 1) > 1:
        from .several_workers import SeveralWorkers

        return SeveralWorkers(where, request)
    application = applications.load(where)
    if applications.kind(application) == ASGI:
        return AsgiWorkload(application, where, request)
    return WsgiWorkload(application, where, request)


def _setting(where: requests.Where) -> Dict[str, object]:
    """Return what the process that sends the requests is told of an application."""
    roles = {"roles": where["roles"]} if where.get("roles") else {}
    return {"routes": where["routes"], "shares": where.get("shares", ()), "patience": TRIAL_SECONDS, **roles}


def _behaviour(where: requests.Where, request: requests.Open) -> str:
    """The client that misbehaves; empty for none."""
    return request["scenario"] if where.get("roles") else ""


class AsgiWorkload(OverUvicorn):
    def __init__(self, application: Any, where: requests.Where, request: requests.Open) -> None:
        super().__init__(request, _behaviour(where, request))
        self._application = application
        self._setting.update(_setting(where))
        self._logins = where.get("logins", ())
        self.tried: replies.Try
        self.answers: Dict[str, int] = {}

    async def open(self) -> None:
        await self._begin(self._application, lifespan="auto")
        self._sender.tell(login=self._logins)
        refuse(await self._sender.awaited(), self._server.recording.take_error())

    def prepare(self, number: int, operations: int) -> Dict[str, int]:
        self._plan(number, operations, 0)
        return {}

    def check(self) -> None:
        """Check nothing: what a request does is up to the application."""

    def end(self) -> None:
        """End nothing: `close` has."""

    async def stretch(self, begin: int, end: int) -> None:
        await self._send(begin, end)

    async def attempt(self, route: requests.Route, names: Sequence[str]) -> None:
        """Send one request; ``tried`` is what came of it."""
        self._sender.tell(**{"try": route, "names": names})
        self.tried = await self._sender.awaited()
        self._server.recording.take_error()

    async def read_answers(self) -> None:
        """Let ``answers`` be how many there were of each status."""
        self._sender.tell(answers=True)
        self.answers = (await self._sender.awaited())["answers"]

    async def close(self) -> None:
        await self._end()
        self._sender.wait()


def _server(application: Any, *, as_deployed: bool) -> Waitress | Gunicorn:
    """waitress, or gunicorn where there is that alone."""
    if importlib.util.find_spec("waitress") or not importlib.util.find_spec("gunicorn"):
        return Waitress(application, as_deployed=as_deployed)
    from .over_gunicorn import Gunicorn

    return Gunicorn(application, as_deployed=as_deployed)


class WsgiWorkload(Waiting):
    """An application under waitress or gunicorn."""

    def __init__(self, application: Any, where: requests.Where, request: requests.Open) -> None:
        super().__init__()
        self._application = application
        self._behaviour = _behaviour(where, request)
        self._setting = {**load_of(request), **_setting(where), "behaviour": self._behaviour}
        self._logins = where.get("logins", ())

    def open(self) -> None:
        self._server = _server(self._application, as_deployed=bool(self._behaviour))
        self._sender = Sender(port=self._server.start(), **self._setting)
        self._sender.tell(login=self._logins)
        refuse(self._sender.answer(), self._server.recording.take_error())

    def stretch(self, begin: int, end: int) -> None:
        answer = self._send(begin, end)
        self._server.finished()
        refuse(answer, self._server.recording.take_error(), bool(self._behaviour))

    def attempt(self, route: requests.Route, names: Sequence[str]) -> None:
        super().attempt(route, names)
        self._server.recording.take_error()

    def close(self) -> None:
        self._sender.leave()
        self._server.stop()
        self._sender.wait()
