"""Servers in this process: uvicorn for ASGI, on the event loop of the measured process, and waitress for WSGI.

A server is asked whether it has finished after each stretch, so that no look at memory sees a request in flight.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from typing import Any, Awaitable, Callable, Dict, Optional

from . import client

# Seconds after which a server closes a connection that is silent: longer than any look at memory, so that none breaks
# between two stretches.
KEEP_ALIVE = 3600
POLL_SECONDS = 0.0005
# Threads of waitress: its own default.
THREADS = 4
# By this callback anyio knows the task that is the program, with which its worker threads end: the server.
_ends_the_program: Any = getattr(asyncio.base_events, "_run_until_complete_cb", lambda _: None)


class Uvicorn:
    """An ASGI application under uvicorn; ``lifespan``: as uvicorn has it."""

    def __init__(self, application: Any, lifespan: str) -> None:
        self.recording = Recording(application)
        self._lifespan = lifespan

    async def start(self) -> int:
        """Listen; return the port. RuntimeError if the application does not start."""
        import uvicorn

        # The protocol is named because asyncio sends small packets at once only where it is.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind((client.HOST, 0))  # 0: the system gives a port that is free, and keeps it ours
        config = uvicorn.Config(
            self.recording,
            lifespan=self._lifespan,  # type: ignore[arg-type]
            log_config=None,
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE,
        )
        self._server = uvicorn.Server(config)
        self._serving = asyncio.ensure_future(self._serve(listener))
        self._serving.add_done_callback(_ends_the_program)
        while not self._server.started:
            if self._serving.done():
                error = self.recording.take_error()
                raise RuntimeError("the server did not start" + in_brackets(error)) from error
            await asyncio.sleep(POLL_SECONDS)
        self.recording.take_error()  # of an application that has no lifespan
        port: int = listener.getsockname()[1]
        return port

    async def _serve(self, listener: socket.socket) -> None:
        """Serve until told to stop; where the application does not start, uvicorn would end the program."""
        with contextlib.suppress(SystemExit):
            await self._server.serve(sockets=[listener])

    async def finished(self) -> None:
        """Wait until no request is in flight, background tasks included."""
        while self._server.server_state.tasks:  # noqa: ASYNC110 - uvicorn tells nobody when it has finished
            await asyncio.sleep(POLL_SECONDS)

    async def stop(self) -> None:
        self._serving.remove_done_callback(_ends_the_program)
        self._server.should_exit = True
        await self._serving


class Waitress:
    """A WSGI application under waitress: a thread that listens, and those that carry out the requests."""

    def __init__(self, application: Any) -> None:
        self.recording = RecordingWsgi(application)

    def start(self) -> int:
        """Listen; return the port."""
        import waitress

        self._server = waitress.create_server(
            self.recording, host=client.HOST, port=0, threads=THREADS, channel_timeout=KEEP_ALIVE
        )
        threading.Thread(target=self._server.run, daemon=True).start()
        return int(self._server.effective_port)

    def finished(self) -> None:
        """Wait until no thread carries out a request."""
        dispatcher = self._server.task_dispatcher
        while dispatcher.queue or dispatcher.active_count:
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Let the threads that carry out requests end; the one that listens ends with the process."""
        self._server.task_dispatcher.shutdown()


class Recorder:
    """The last exception that left an application: the response tells its client only that there was one."""

    error: Optional[BaseException] = None

    def take_error(self) -> Optional[BaseException]:
        error, self.error = self.error, None
        return error


class Recording(Recorder):
    """An ASGI application, and the last exception that left it."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._application(scope, receive, send)
        except BaseException as error:
            self.error = error
            raise


class RecordingWsgi(Recorder):
    """A WSGI application, and the last exception that left it before its response began."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self._application = application

    def __call__(self, environ: Any, start_response: Any) -> Any:
        try:
            return self._application(environ, start_response)
        except BaseException as error:
            self.error = error
            raise


def refuse(answer: Dict[str, Any], error: Optional[BaseException], fails_on_purpose: bool = False) -> None:
    """Raise RuntimeError where a request was not answered as it should be, or an exception came later."""
    if "error" in answer:
        raise RuntimeError(answer["error"] + in_brackets(error)) from error
    if error is not None and not fails_on_purpose:
        raise RuntimeError("an exception came after the response" + in_brackets(error)) from error


def in_brackets(error: Optional[BaseException]) -> str:
    return " (%s: %s)" % (type(error).__name__, error) if error else ""
