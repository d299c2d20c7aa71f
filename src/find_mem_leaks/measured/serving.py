"""Servers in this process: uvicorn for ASGI, on the event loop of the measured process, and waitress for WSGI.

A server is asked whether it has finished after each stretch, so that no look at memory sees a request in flight.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
import time
from contextlib import suppress
from select import POLLIN, poll
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, List, Optional
from weakref import WeakSet

from . import client
from .explaining import threads
from .finishing import Finishing

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from starlette.types import ASGIApp, Receive, Scope, Send

    from . import replies

# Seconds after which a server closes a connection that is silent: longer than any look at memory, so that none breaks
# between two stretches.
KEEP_ALIVE = 3600
POLL_SECONDS = 0.0005
# Turns of the event loop in which nothing must be under way: a connection that was taken is made two turns later.
QUIET_TURNS = 3
FAREWELL_SECONDS = 5
# What a handler of a WebSocket raises where its client has closed it, unless it catches that: the usual end of one that
# reads in a loop. Starlette, FastAPI and Litestar call it so.
CLOSED_BY_CLIENT = "WebSocketDisconnect"
# Threads of waitress: its own default.
THREADS = 4
# By this callback anyio knows the task that is the program, with which its worker threads end: the server.
_ends_the_program: Callable[[asyncio.Future[None]], object] = getattr(
    asyncio.base_events, "_run_until_complete_cb", lambda _: None
)


class Uvicorn:
    """An ASGI application under uvicorn; ``lifespan``: as uvicorn has it.

    ``as_deployed``: with its own keep-alive time and its log, which is written to nowhere; it has not finished before
    it has seen the end of every connection.
    """

    def __init__(self, application: ASGIApp, lifespan: str, *, as_deployed: bool = False) -> None:
        self.recording = Recording(application)
        self._lifespan = lifespan
        self._as_deployed = as_deployed
        self._finishing = Finishing(QUIET_TURNS if as_deployed else 1)
        self._usual: WeakSet[asyncio.Task[Any]] = WeakSet()

    async def start(self) -> int:
        """Listen; return the port. RuntimeError if the application does not start."""
        import uvicorn

        # The protocol is named because asyncio sends small packets at once only where it is.
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind((client.HOST, 0))  # 0: the system gives a port that is free, and keeps it ours
        self._server = uvicorn.Server(uvicorn.Config(self.recording, **self._configuration()))
        self._serving = asyncio.ensure_future(self._serve())
        self._serving.add_done_callback(_ends_the_program)
        while not self._server.started:
            if self._serving.done():
                error = self.recording.take_error()
                raise RuntimeError("the server did not start" + in_brackets(error)) from error
            await asyncio.sleep(POLL_SECONDS)
        self.recording.take_error()  # of an application that has no lifespan
        self._usual = WeakSet(asyncio.all_tasks())
        port: int = self._listener.getsockname()[1]
        return port

    def _configuration(self) -> Dict[str, Any]:
        usual = {"lifespan": self._lifespan, "log_config": None, "access_log": False}
        if not self._as_deployed:
            return {**usual, "timeout_keep_alive": KEEP_ALIVE}
        log_to_nowhere("uvicorn", "asyncio")
        return usual

    async def _serve(self) -> None:
        """Serve until told to stop; where the application does not start, uvicorn would end the program."""
        with suppress(SystemExit):
            await self._server.serve(sockets=[self._listener])

    async def finished(self, *, patiently: bool = False) -> None:
        """Wait until nothing is under way but what never ends, which it tells nobody."""
        self._finishing.begin(patiently=patiently)
        while not self._finishing.is_over(self._under_way()):  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)

    @property
    def never_ends(self) -> int:
        return self._finishing.never_ends

    async def unended(self) -> List[asyncio.Task[Any]]:
        """The tasks that never end, once all others have."""
        await self.finished(patiently=True)
        return self._tasks()

    def _tasks(self) -> List[asyncio.Task[Any]]:
        """Tasks of the application that have begun since it started: of requests, background tasks and others."""
        current = asyncio.current_task()
        found = asyncio.all_tasks() | self._server.server_state.tasks
        return [task for task in found if task is not current and task not in self._usual]

    def _under_way(self) -> int:
        """Tasks, and where it is as deployed connections, and whether there are more that were not taken yet."""
        tasks = len(self._tasks())
        if not self._as_deployed:
            return tasks
        return tasks + len(self._server.server_state.connections) + waiting(self._listener)

    async def stop(self) -> None:
        self._serving.remove_done_callback(_ends_the_program)
        self._server.should_exit = True
        self._server.force_exit = bool(self._finishing.never_ends and self._server.server_state.tasks)  # else it waits
        await asyncio.wait({self._serving}, timeout=FAREWELL_SECONDS)  # an application may wait for what never ends


class Waitress:
    """A WSGI application under waitress: a thread that listens, and those that carry out the requests.

    ``as_deployed``: as for ``Uvicorn``.
    """

    def __init__(self, application: WSGIApplication, *, as_deployed: bool = False) -> None:
        self.recording = RecordingWsgi(application)
        self._as_deployed = as_deployed
        self._finishing = Finishing(QUIET_TURNS if as_deployed else 1)

    def start(self) -> int:
        """Listen; return the port."""
        import waitress

        own: Dict[str, Any] = {} if self._as_deployed else {"channel_timeout": KEEP_ALIVE}
        self._server = waitress.create_server(self.recording, host=client.HOST, port=0, threads=THREADS, **own)
        if self._as_deployed:
            log_to_nowhere("waitress")
        threading.Thread(target=self._server.run, daemon=True).start()
        return int(self._server.effective_port)

    def finished(self) -> None:
        """Wait until no thread carries out a request, and where it is as deployed until there is no connection."""
        self._finishing.begin()
        while not self._finishing.is_over(self._under_way()):
            time.sleep(POLL_SECONDS)

    def _under_way(self) -> int:
        dispatcher = self._server.task_dispatcher
        requests = len(dispatcher.queue) + int(dispatcher.active_count)
        if not self._as_deployed:
            return requests
        return requests + len(self._server.active_channels) + waiting(self._server.socket)

    def stop(self) -> None:
        """Let the threads that carry out requests end; the one that listens ends with the process."""
        self._server.task_dispatcher.shutdown()


def waiting(listener: socket.socket) -> int:
    """Return whether there are connections that were not taken yet."""
    polled = poll()  # select() takes no descriptor above 1,023
    polled.register(listener, POLLIN)
    return len(polled.poll(0))


def log_to_nowhere(*names: str) -> None:
    """Let what a server logs be written as it is deployed, but to nowhere: there is a traceback for many clients."""
    nowhere = logging.StreamHandler(open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - to the process's end
    for name in names:
        log = logging.getLogger(name)
        log.addHandler(nowhere)
        log.propagate = False


class Recorder:
    """The last exception that left an application: the response tells its client only that there was one."""

    error: Optional[BaseException] = None

    def take_error(self) -> Optional[BaseException]:
        error, self.error = self.error, None
        return error


class Recording(Recorder):
    """An ASGI application, and the last exception that left it."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._application(scope, receive, send)
        except BaseException as error:
            if type(error).__name__ != CLOSED_BY_CLIENT or scope["type"] != "websocket":
                self.error = error
            raise


class RecordingWsgi(Recorder):
    """A WSGI application, and the last exception that left it before its response began."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        threads.trace_as_new_ones()
        try:
            return self._application(environ, start_response)
        except BaseException as error:
            self.error = error
            raise


class LoginError(RuntimeError):
    """A login gave nothing that other requests could have."""


def refuse(answer: replies.Sent, error: Optional[BaseException], fails_on_purpose: bool = False) -> None:
    """Raise RuntimeError where a request was not answered as it should be, or an exception came later."""
    if "error" in answer:
        kind = LoginError if answer.get("login") else RuntimeError
        raise kind(answer["error"] + in_brackets(error)) from error
    if error is not None and not fails_on_purpose:
        raise RuntimeError("an exception came after the response" + in_brackets(error)) from error


def in_brackets(error: Optional[BaseException]) -> str:
    return " (%s: %s)" % (type(error).__name__, error) if error else ""
