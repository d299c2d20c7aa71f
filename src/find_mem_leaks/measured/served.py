"""A served stack as a workload: uvicorn in this process, the requests from another one over loopback.

The event loop runs only during a stretch, and a stretch is over when every request has had its response and the server
has finished with it, background tasks included: no look at memory sees a request in flight.
"""

from __future__ import annotations

from typing import Any, Dict

from . import plan
from .sender import Sender
from .serving import Uvicorn, refuse

# Rows that reads and updates step through and that no delete takes: requests in flight never depend on one another.
STABLE_ROWS = 200


class ServedWorkload:
    """The interface of ``StackWorkload``, for a ``Stack`` whose ``open()`` returns an ASGI application.

    ``kinds`` names the entries of the stack's ``requests`` that the plan's kinds of operation stand for.
    """

    is_async = True

    def __init__(self, stack: Any, database: Any, request: Dict[str, Any]) -> None:
        self.stack = stack
        self.database = database
        self._own = request["scenario"] in stack.requests
        self._mix = (1, 0, 0, 0) if self._own else request["mix"]
        self._setting = {
            "concurrency": request["concurrency"],
            "requests": stack.requests,
            "kinds": [request["scenario"]] if self._own else plan.KINDS,
            "mix": self._mix,
            "seed": request["seed"],
            "capacity": request["capacity"],
        }
        self._fails_on_purpose = any(status >= 500 for _, _, _, status in stack.requests.values())
        self._filled = self._rows = 0
        self.completed = 0

    async def open(self) -> None:
        self._server = Uvicorn(await self.stack.open(), lifespan="off")
        port = await self._server.start()
        self._sender = Sender(port=port, **self._setting)
        await self._sender.connect()

    def prepare(self, number: int, operations: int) -> Dict[str, int]:
        counts = plan.counts(self._mix, operations)
        if not self._own:
            self._filled = self._rows = STABLE_ROWS + counts[plan.DELETE]
            self.database.fill(self._filled)
        self._sender.tell(round=number, operations=operations, stable=STABLE_ROWS)
        self._prepared = True
        return {} if self._own else dict(zip(plan.KINDS, counts))

    def check(self) -> None:
        if self._own:
            return
        found = self.database.count()
        if found != self._rows:
            raise RuntimeError("the plan leaves %d posts, the database holds %d" % (self._rows, found))

    def end(self) -> None:
        """Drop the database, once the stack is closed or has failed."""
        self.database.drop()

    async def stretch(self, begin: int, end: int) -> None:
        if self._prepared:
            await self._sender.awaited()
            self._prepared = False
        self._sender.tell(begin=begin, end=end)
        answer = await self._sender.awaited()
        await self._server.finished()
        self.completed = answer.get("completed", 0)
        refuse(answer, self._server.recording.take_error(), self._fails_on_purpose)
        self._rows = self._filled + answer["rows"]

    async def close(self) -> None:
        self._sender.leave()
        await self._server.stop()
        await self.stack.close()
        self._sender.wait()
