"""In a worker process of a server: the application, and a thread that looks at memory when the measured process asks.

The thread says how it stands by one line of JSON, ``pid`` and ``allocator``, or ``error`` where the application cannot
be loaded; then it answers each line with one:

``begin``   round, find: set aside what is alive, find containers with a known bound if asked; ``rss``
``look``    wait until no request is in flight, collect garbage, read every probe
``end``     collect everything and read every probe: ``rss``, ``anonymous``, ``peak``, ``exact``
``caps``    the containers with a known bound
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING, Callable, Iterable, Iterator, Mapping, Optional, Sequence

from . import applications, looks
from .applications import ASGI
from .finishing import Finishing
from .settling import collection, timers

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from starlette.types import ASGIApp, Receive, Scope, Send

    from . import replies

Reply = Mapping[str, object]
# The variable with what a worker is to know: application, control (the path of a socket), probes.
SETTING = "FIND_MEM_LEAKS_WORKER"
POLL_SECONDS = 0.0005


def serve() -> Asgi | Wsgi:
    """The application as the server is to call it; raises what loading it raises."""
    setting = json.loads(os.environ[SETTING])
    control = socket.socket(socket.AF_UNIX)
    control.connect(setting["control"])
    try:
        application = applications.load(setting["application"])
    except BaseException as error:
        _tell(control, {"error": "%s: %s" % (type(error).__name__, error)})
        raise
    counted = Asgi(application) if applications.kind(application) == ASGI else Wsgi(application)
    answers = Answers(counted, setting["probes"])
    threading.Thread(target=_answer, args=(answers, control, os.getppid()), daemon=True).start()
    return counted


def _answer(answers: Answers, control: socket.socket, supervisor: int) -> None:
    """Answer until the measured process is gone, and end the server then: it would start its workers anew."""
    answers.serve(control)
    if os.getppid() == supervisor:
        os.kill(supervisor, signal.SIGTERM)


class Asgi:
    """An ASGI application that counts the requests in flight, background tasks included."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._in_flight = 0
        self._usual = 0
        self._finishing = Finishing()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        counts = scope["type"] != "lifespan"
        self._in_flight += counts
        try:
            await self._application(scope, receive, send)
        finally:
            self._in_flight -= counts

    def settle(self) -> None:
        """Wait until no request is in flight and the tasks that requests began are over."""
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self._settled(), self._loop).result()

    async def _settled(self) -> None:
        self._usual = self._usual or len(asyncio.all_tasks())
        self._finishing.begin()
        while not self._finishing.is_over(self._in_flight + max(0, len(asyncio.all_tasks()) - self._usual)):  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
        await timers.drop_cancelled()


class Wsgi:
    """A WSGI application that counts the requests in flight, until their responses are closed."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._lock = threading.Lock()
        self._in_flight = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Response:
        self.count(1)
        try:
            return Response(self._application(environ, start_response), self)
        except BaseException:
            self.count(-1)
            raise

    def count(self, more: int) -> None:
        with self._lock:
            self._in_flight += more

    def settle(self) -> None:
        """Wait until no request is in flight."""
        while self._in_flight:
            time.sleep(POLL_SECONDS)


class Response:
    """The body of a response of WSGI, whose end is counted."""

    def __init__(self, body: Iterable[bytes], of: Wsgi) -> None:
        self._body, self._of = body, of

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._of.count(-1)


class Answers:
    """What this process answers when it is asked for its memory."""

    def __init__(self, counted: Asgi | Wsgi, probes: Sequence[str]) -> None:
        self._counted = counted
        self._looks = looks.Looks(probes)

    def serve(self, control: socket.socket) -> None:
        """Answer until the measured process is gone."""
        _tell(control, {"pid": os.getpid(), "allocator": looks.allocators()})
        for line in control.makefile():
            request = json.loads(line)
            action: Callable[[object], Reply] = getattr(self, "do_" + request["do"])
            _tell(control, action(request))

    def do_begin(self, request: Mapping[str, bool]) -> Reply:
        self._counted.settle()
        return {"rss": self._looks.begin_round(request["find"])}

    def do_look(self, _request: object) -> replies.Look:
        self._counted.settle()
        collection.collect()
        return self._looks.look()

    def do_end(self, _request: object) -> replies.RoundEnd:
        return self._looks.end_round()

    def do_caps(self, _request: object) -> replies.Caps:
        return {"caps": self._looks.caps()}


def _tell(control: socket.socket, reply: Reply) -> None:
    control.sendall(json.dumps(reply).encode() + b"\n")
