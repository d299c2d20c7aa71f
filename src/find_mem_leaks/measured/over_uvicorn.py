"""What workloads under uvicorn have in common: the server, the process that sends the requests, and their stretches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List

from . import unended
from .sender import Sender, load_of
from .serving import Uvicorn, refuse
from .settling import timers

if TYPE_CHECKING:
    from . import replies, requests


class OverUvicorn:
    """The interface of ``StackWorkload``, but for what a round needs and leaves.

    Attributes:
        runs_timers_out: whether what timers hold is let go of at each stretch's end; never where nobody is to touch
            anything.
    """

    is_async = True

    def __init__(self, request: requests.Open, behaviour: str, *, fails_on_purpose: bool = False) -> None:
        """``behaviour``: the client that misbehaves, empty for none."""
        self._behaviour = behaviour
        self._setting: Dict[str, object] = {"behaviour": behaviour, **load_of(request)}
        self._fails_on_purpose = fails_on_purpose or bool(behaviour)
        self.runs_timers_out = bool(behaviour) and not request.get("hands_off")
        self._prepared = False
        self.completed = 0

    async def _begin(self, application: Any, lifespan: str) -> None:
        self._server = Uvicorn(application, lifespan, as_deployed=bool(self._behaviour))
        port = await self._server.start()
        self._sender = Sender(port=port, **self._setting)
        await self._sender.connect()

    def _plan(self, number: int, operations: int, stable: int) -> None:
        """Have the round's plan written, which a stretch waits for."""
        self._sender.tell(round=number, operations=operations, stable=stable)
        self._prepared = True

    async def _send(self, begin: int, end: int) -> replies.Sent:
        """Send so much of the plan; the answer, once the server has finished with it."""
        if self._prepared:
            await self._sender.awaited()
            self._prepared = False
        before = timers.pending()
        self._sender.tell(begin=begin, end=end)
        answer: replies.Sent = await self._sender.awaited()
        await self._server.finished()
        if self.runs_timers_out:
            await timers.run_out(before)
        self.completed = answer.get("completed", 0)
        refuse(answer, self._server.recording.take_error(), self._fails_on_purpose)
        return answer

    @property
    def never_ends(self) -> int:
        """Return how much of what was begun never ends."""
        return self._server.never_ends

    async def unended(self) -> List[replies.Place]:
        """The tasks that never end (``unended``)."""
        return unended.describe(await self._server.unended())

    async def _end(self) -> None:
        self._sender.leave()
        await self._server.stop()
