"""What clients that misbehave ask of: the requests and paths of a stack that ships, or the routes of an application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Optional, Sequence

from . import plan
from .client import Request
from .connections import FAILURE, Sent
from .routes import Routes, first_number

if TYPE_CHECKING:
    from . import requests

# Statuses of answers, from and to: any, those that refuse, those that fail.
ANY, REFUSING, FAILING = range(100, 600), range(400, FAILURE), range(FAILURE, 600)


class StackTarget:
    """A stack that ships: what is asked of is its first request that only reads, else its first.

    Attributes:
        stable: rows that there are to read.
        right: statuses of an answer to a request as it should be.
        refusing: statuses of an answer to one that should be refused.
    """

    refusing: Sequence[int] = REFUSING

    def __init__(self, setting: requests.Setting) -> None:
        requests = [Request(*request) for request in setting["requests"].values()]
        self._paths: Dict[str, str] = setting.get("paths", {})
        self._plain = next((request for request in requests if request.method == "GET"), requests[0])
        self._with_body = next((request for request in requests if request.has_body), None)
        self.stable = 1
        self.right: Sequence[int] = (self._plain.status,)

    def plain(self, number: int) -> Sent:
        return self._plain.filled(0, 1 + number * plan.STRIDE % self.stable, number)

    def with_body(self, number: int) -> Optional[Sent]:
        """One that has a body; None if none has."""
        return self._with_body.filled(0, self.stable, number) if self._with_body else None

    def streamed(self, number: int) -> Sent:
        """The one with the longest response that is known of."""
        return _get(self._paths["stream"]) if "stream" in self._paths else self.plain(number)

    def aborted(self, number: int) -> Sent:
        """One whose response is long, if it has an end."""
        return self.streamed(number)

    def raising(self, number: int) -> Sent:
        """One whose handler raises: a path of its own, or a row that does not exist."""
        return _get(self._paths["raise"]) if "raise" in self._paths else self._plain.filled(0, 0, number)

    def unknown(self, number: int) -> Sent:
        """One for a path that does not exist."""
        return _get("/no-such-path-%08d" % number)

    def websocket(self, _number: int) -> Sent:
        return _get(self._paths["websocket"])


class ApplicationTarget:
    """An application: requests of which it is known what each is good for (``roles``).

    What it answers to paths that it does not know, or to bodies that it does not take, is its own affair.
    """

    stable = 0
    right: Sequence[int] = range(100, FAILURE)
    refusing: Sequence[int] = ANY

    def __init__(self, setting: requests.Setting) -> None:
        self._roles = list(setting["roles"])
        self.client = Routes({**setting, "routes": list(setting["roles"].values())})
        self._first = first_number()

    def _sent(self, role: str, number: int) -> Sent:
        return self.client.filled(self._roles.index(role), self._first + number)

    def plain(self, number: int) -> Sent:
        return self._sent("plain", number)

    def with_body(self, number: int) -> Optional[Sent]:
        return self._sent("with_body", number) if "with_body" in self._roles else None

    def streamed(self, number: int) -> Sent:
        return self._sent("stream", number)

    def aborted(self, number: int) -> Sent:
        return self._sent("endless" if "endless" in self._roles else "stream", number)

    def raising(self, number: int) -> Sent:
        return self._sent("raise", number)

    def unknown(self, number: int) -> Sent:
        return self.plain(number)._replace(method="GET", path="/no-such-path-%08d" % number, body=None)

    def websocket(self, number: int) -> Sent:
        return self._sent("websocket", number)


def _get(path: str) -> Sent:
    return Sent(0, "GET", path, None, {})
