"""A served stack as a workload: uvicorn in this process, the requests from another one over loopback.

The event loop runs only during a stretch, and a stretch is over when every request has had its response and the server
has finished with it, background tasks included: no look at memory sees a request in flight. Where clients misbehave it
is over when the server has seen the end of every connection too, and what timers of its event loop held has run out:
how much that was is told apart (``settling.kept_by_timers``).
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import select
import socket
import subprocess
import sys
import time
from typing import Any, Awaitable, Callable, Dict, Optional

from . import client, clients, plan
from .blog import database
from .settling import timers

# Seconds after which uvicorn closes a connection that is silent: longer than any look at memory, so that none breaks
# between two stretches.
KEEP_ALIVE = 3600
# Rows that reads and updates step through and that no delete takes: requests in flight never depend on one another.
STABLE_ROWS = 200
POLL_SECONDS = 0.0005
FAREWELL_SECONDS = 5
# Turns of the event loop in which nothing must be under way: a connection that was taken is made two turns later.
QUIET_TURNS = 3
# Seconds without progress after which tasks and connections count as ones that never end, at first and from then on.
PATIENCE, LATER_PATIENCE = 3.0, 0.2
# By this callback anyio knows the task that is the program, with which its worker threads end: the server.
_ends_the_program: Any = getattr(asyncio.base_events, "_run_until_complete_cb", lambda _: None)
CLIENT = [sys.executable, os.path.dirname(os.path.abspath(__file__)), "client"]


class ServedWorkload:
    """The interface of ``StackWorkload``, for a ``Stack`` whose ``open()`` returns an ASGI application.

    ``kinds`` names the entries of the stack's ``requests`` that the plan's kinds of operation stand for.
    """

    is_async = True

    def __init__(self, stack: Any, file: str, request: Dict[str, Any]) -> None:
        self.stack = stack
        self._file = file
        name = request["scenario"]
        self._own = name in stack.requests
        self._behaviour = name if not self._own and name in clients.BEHAVIOURS else None
        self._has_rows = not self._own and set(plan.KINDS) <= set(stack.requests)
        self._mix = (1, 0, 0, 0) if self._own or self._behaviour else request["mix"]
        kinds = [name] if self._own else [] if self._behaviour else plan.KINDS
        self._setting = {
            "behaviour": self._behaviour,
            "concurrency": request["concurrency"],
            "requests": stack.requests,
            "routes": getattr(stack, "routes", {}),
            "kinds": kinds,
            "mix": self._mix,
            "seed": request["seed"],
            "capacity": request["capacity"],
        }
        self._fails_on_purpose = bool(self._behaviour) or any(stack.requests[kind][3] >= 500 for kind in kinds)
        #: Whether what timers hold is let go of at each stretch's end; never where nobody is to touch anything.
        self.runs_timers_out = bool(self._behaviour) and not request.get("hands_off")
        self._never_ends, self._patience = 0, PATIENCE
        self._filled = self._rows = 0
        self.completed = 0

    async def open(self) -> None:
        import uvicorn

        self._application = Recording(await self.stack.open())
        # The protocol is named because asyncio sends small packets at once only where it is.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind((client.HOST, 0))  # 0: the system gives a port that is free, and keeps it ours
        self._listener = listener
        self._server = uvicorn.Server(uvicorn.Config(self._application, **self._configuration()))
        self._serving = asyncio.ensure_future(self._server.serve(sockets=[listener]))
        self._serving.add_done_callback(_ends_the_program)
        while not self._server.started:
            if self._serving.done():
                raise RuntimeError("the server did not start")
            await asyncio.sleep(POLL_SECONDS)
        await self._start_client(listener.getsockname()[1])

    def _configuration(self) -> Dict[str, Any]:
        """Of the server; where clients misbehave its own keep-alive time, since what it keeps for that time counts."""
        usual = {"lifespan": "off", "log_config": None, "access_log": False}
        if not self._behaviour:
            return {**usual, "timeout_keep_alive": KEEP_ALIVE}
        _log_to_nowhere()
        return usual

    async def _start_client(self, port: int) -> None:
        self._client = subprocess.Popen(CLIENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: ASYNC220
        _leave_out(self._client.pid)
        self._answers = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(self._answers)
        self._pipe, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, self._client.stdout)
        self._tell(port=port, **self._setting)

    def prepare(self, number: int, operations: int) -> Dict[str, int]:
        counts = plan.counts(self._mix, operations)
        if self._has_rows:
            self._filled = self._rows = STABLE_ROWS + counts[plan.DELETE]
            database.fill(self._file, self._filled)
        self._tell(round=number, operations=operations, stable=STABLE_ROWS)
        self._prepared = True
        return {} if self._own or self._behaviour else dict(zip(plan.KINDS, counts))

    def check(self) -> None:
        if not self._has_rows:
            return
        found = database.count(self._file)
        if found != self._rows:
            raise RuntimeError("the plan leaves %d posts, the database holds %d" % (self._rows, found))

    async def stretch(self, begin: int, end: int) -> None:
        if self._prepared:
            await self._answer()
            self._prepared = False
        before = timers.pending()
        self._tell(begin=begin, end=end)
        answer = await self._answer()
        await self._finished()
        if self.runs_timers_out:
            await timers.run_out(before)
        error = self._application.take_error()
        if "error" in answer:
            self.completed = answer["completed"]
            raise RuntimeError(answer["error"] + _in_brackets(error)) from error
        if error is not None and not self._fails_on_purpose:
            raise RuntimeError("an exception came after the response" + _in_brackets(error)) from error
        self._rows = self._filled + answer["rows"]

    async def _finished(self) -> None:
        """Wait until the server has finished with what was sent, which it tells nobody: until no task is left, and
        where clients misbehave no connection. What makes no progress never ends, and is looked at as it is."""
        if not self._behaviour:
            while self._server.server_state.tasks:  # noqa: ASYNC110
                await asyncio.sleep(POLL_SECONDS)
            return
        quiet, least, since = 0, sys.maxsize, time.monotonic()
        while quiet < QUIET_TURNS:
            await asyncio.sleep(POLL_SECONDS)
            busy = self._under_way()
            if busy < least:
                least, since = busy, time.monotonic()
            if time.monotonic() - since > self._patience:
                self._never_ends, self._patience = busy, LATER_PATIENCE
                break
            quiet = quiet + 1 if busy <= self._never_ends else 0

    def _under_way(self) -> int:
        """Tasks, connections, and whether there are more that were not taken yet."""
        state = self._server.server_state
        return len(state.tasks) + len(state.connections) + len(select.select([self._listener], [], [], 0)[0])

    async def close(self) -> None:
        self._client.stdin.close()  # type: ignore[union-attr]
        self._pipe.close()
        self._serving.remove_done_callback(_ends_the_program)
        self._server.should_exit = True
        self._server.force_exit = bool(self._never_ends)  # else it waits for what never ends
        await self._serving
        await self.stack.close()
        self._client.wait(FAREWELL_SECONDS)

    def _tell(self, **message: Any) -> None:
        assert self._client.stdin is not None
        self._client.stdin.write(json.dumps(message).encode() + b"\n")
        self._client.stdin.flush()

    async def _answer(self) -> Dict[str, Any]:
        line = await self._answers.readline()
        if not line:
            raise RuntimeError("the process that sends the requests has ended")
        answer: Dict[str, Any] = json.loads(line)
        return answer


def _log_to_nowhere() -> None:
    """Let what the server logs be written as it is deployed, but to nowhere: there is a traceback for many clients."""
    nowhere = logging.StreamHandler(open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - to the process's end
    for name in ("uvicorn", "asyncio"):
        log = logging.getLogger(name)
        log.addHandler(nowhere)
        log.propagate = False


def _leave_out(pid: int) -> None:
    """Count the client among none of the stack's processes, where those can be listed."""
    try:
        from . import family
    except (ImportError, OSError):
        return
    family.leave_out(pid)


def _in_brackets(error: Optional[BaseException]) -> str:
    return " (%s: %s)" % (type(error).__name__, error) if error else ""


class Recording:
    """The application, and the last exception that left it: the response tells its client only that there was one."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self._application = application
        self.error: Optional[BaseException] = None

    def take_error(self) -> Optional[BaseException]:
        error, self.error = self.error, None
        return error

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._application(scope, receive, send)
        except BaseException as error:
            self.error = error
            raise
