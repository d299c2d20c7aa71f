"""The client of an application: requests to its routes, a number in each that no other request has.

A route is ``[method, path, body, headers]``, all text, in which ``{i}`` stands for that number. Any answer below 500 is
right; a route that refuses, by a status from 400 on, so many requests in a row has no other answers to be measured by.
"""

from __future__ import annotations

import http.client
import time
from array import array
from typing import Any, Dict, Iterator, List, Optional

from . import plan
from .client import FAILURE, HOST, Client, Sent, exchange

NUMBER = "{i}"
REFUSAL = 400
REFUSALS = 20
# Numbers of one process begin where no other's have come to, so that what stays in a database is met by none: they go
# by the clock, 4,000 a second, and repeat after a month.
PER_SECOND = 4_000
LOWEST = 10**10


class Route:
    """One kind of request."""

    def __init__(self, method: str, path: str, body: Optional[str], headers: Dict[str, str]) -> None:
        self._method, self._path, self._body, self._headers = method, path, body, headers
        self._differs = any(NUMBER in text for text in headers.values())
        self.refused = 0

    def filled(self, kind: int, number: int) -> Sent:
        text = str(number)
        body = None if self._body is None else self._body.replace(NUMBER, text).encode()
        headers = self._headers
        if self._differs:
            headers = {name: value.replace(NUMBER, text) for name, value in headers.items()}
        return Sent(kind, self._method, self._path.replace(NUMBER, text), body, headers)


class Routes(Client):
    """Requests to all routes alike, in a seeded order."""

    def __init__(self, setting: Dict[str, Any]) -> None:
        super().__init__(setting)
        self._routes: List[Route] = [Route(*route) for route in setting["routes"]]
        self._seed = setting["seed"]
        self._workers = setting.get("workers", 0)
        self._plan = array("H", bytes(2 * setting["capacity"]))
        self._number = LOWEST + int(time.time() * PER_SECOND) % LOWEST
        self._trial = http.client.HTTPConnection(HOST, setting["port"], timeout=setting["patience"])

    def handle(self, asked: Dict[str, Any]) -> Dict[str, Any]:
        return self._try(Route(*asked["try"])) if "try" in asked else super().handle(asked)

    def round(self, number: int, operations: int, stable: int) -> None:  # noqa: ARG002 - rows are the application's own
        if self._workers:
            for connection in self._connections:
                connection.close()  # it is opened anew, to whichever worker takes it
        if len(self._routes) > 1:
            plan.fill(self._plan, [1] * len(self._routes), operations, "%d/%d" % (self._seed, number))

    def close(self) -> None:
        self._trial.close()
        super().close()

    def _from_plan(self, begin: int, end: int) -> Iterator[Sent]:
        for position in range(begin, end):
            kind = self._plan[position]
            self._number += 1
            yield self._routes[kind].filled(kind, self._number)

    def _complain(self, sent: Sent, status: int) -> str:
        route = self._routes[sent.kind]
        route.refused = route.refused + 1 if status >= REFUSAL else 0
        if status >= FAILURE:
            return "answered %d" % status
        if route.refused >= REFUSALS:
            return "answered %d, and nothing below %d to %d requests in a row" % (status, REFUSAL, REFUSALS)
        return ""

    def _try(self, route: Route) -> Dict[str, Any]:
        """Send one request; its status, 0 if there was none, and the beginning of the answer."""
        self._number += 1
        answer, failure = exchange(self._trial, route.filled(0, self._number))
        if answer is None:
            self._trial.close()
            return {"status": 0, "text": failure}
        return {"status": answer.status, "text": answer.shown()}
