"""A served stack as a workload: uvicorn in this process, the requests from another one over loopback.

The event loop runs only during a stretch, and a stretch is over when every request has had its response and the server
has finished with it, background tasks included: no look at memory sees a request in flight. Where clients misbehave it
is over when the server has seen the end of every connection too, and what timers of its event loop held has run out:
how much that was is told apart (``settling.kept_by_timers``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict

from . import clients, plan
from .over_uvicorn import OverUvicorn

if TYPE_CHECKING:
    from . import requests
    from .workload import Database

# Rows that reads and updates step through and that no delete takes: requests in flight never depend on one another.
STABLE_ROWS = 200
FAILURE = 500


class ServedWorkload(OverUvicorn):
    """The interface of ``StackWorkload``, for a ``Stack`` whose ``open()`` returns an ASGI application.

    ``kinds`` names the entries of the stack's ``requests`` that the plan's kinds of operation stand for.
    """

    def __init__(self, stack: Any, database: Database, request: requests.Open) -> None:
        self.stack = stack
        self.database = database
        name = request["scenario"]
        self._own = name in stack.requests
        behaviour = name if not self._own and name in clients.BEHAVIOURS else ""
        self._has_rows = not self._own and set(plan.KINDS) <= set(stack.requests)
        self._mix = (1, 0, 0, 0) if self._own or behaviour else request["mix"] or ()
        kinds = [name] if self._own else [] if behaviour else plan.KINDS
        fails = any(request[3] >= FAILURE for kind, request in stack.requests.items() if kind in kinds)
        super().__init__(request, behaviour, fails_on_purpose=fails)
        self._setting.update(requests=stack.requests, kinds=kinds, mix=self._mix, paths=getattr(stack, "routes", {}))
        self._filled = self._rows = 0

    async def open(self) -> None:
        await self._begin(await self.stack.open(), lifespan="off")

    def prepare(self, number: int, operations: int) -> Dict[str, int]:
        counts = plan.counts(self._mix, operations)
        if self._has_rows:
            self._filled = self._rows = STABLE_ROWS + counts[plan.DELETE]
            self.database.fill(self._filled)
        self._plan(number, operations, STABLE_ROWS)
        return {} if self._own or self._behaviour else dict(zip(plan.KINDS, counts))

    def check(self) -> None:
        if not self._has_rows:
            return
        found = self.database.count()
        if found != self._rows:
            raise RuntimeError("the plan leaves %d posts, the database holds %d" % (self._rows, found))

    def end(self) -> None:
        """Drop the database, once the stack is closed or has failed."""
        self.database.drop()

    async def stretch(self, begin: int, end: int) -> None:
        answer = await self._send(begin, end)
        self._rows = self._filled + answer["rows"]

    async def close(self) -> None:
        await self._end()
        await self.stack.close()
        self._sender.wait()
