"""Workloads without an event loop, whose requests this process waits for until they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Sequence

from .sender import Sender

if TYPE_CHECKING:
    from . import replies, requests


class Waiting:
    """What they have in common of the interface of ``StackWorkload``."""

    is_async = False

    def __init__(self) -> None:
        self._sender: Sender
        self._prepared = False
        self.completed = 0
        self.tried: replies.Try
        self.answers: Dict[str, int] = {}

    def prepare(self, number: int, operations: int) -> Dict[str, int]:
        self._sender.tell(round=number, operations=operations, stable=0)
        self._prepared = True
        return {}

    def check(self) -> None:
        """Check nothing: what a request does is up to the application."""

    def end(self) -> None:
        """End nothing: `close` has."""

    def attempt(self, route: requests.Route, names: Sequence[str]) -> None:
        """Send one request; ``tried`` is what came of it."""
        self._sender.tell(**{"try": route, "names": names})
        self.tried = self._sender.answer()

    def read_answers(self) -> None:
        """Let ``answers`` be how many there were of each status."""
        self._sender.tell(answers=True)
        self.answers = self._sender.answer()["answers"]

    def _send(self, begin: int, end: int) -> replies.Sent:
        """Have the requests of the plan sent; what is answered when all have had their response."""
        if self._prepared:
            self._sender.answer()
            self._prepared = False
        self._sender.tell(begin=begin, end=end)
        answer: replies.Sent = self._sender.answer()
        self.completed = answer.get("completed", 0)
        return answer
