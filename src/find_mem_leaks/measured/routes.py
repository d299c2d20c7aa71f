"""The client of an application: requests to its routes, a number in each that no other request has.

A route is ``[method, path, body, headers]``, all text, in which ``{i}`` stands for that number. A fifth entry,
``[method, path, names]``, is the counterpart that is sent after each answer below 400: ``{made}`` in its path stands
for what the answer has by one of the names. A sixth, ``[route, names]``, is what is sent once before: ``{made}`` in the
route's own path stands for what is in the answer to that. Any answer below 500 is right; a route that refuses, by a
status from 400 on, so many requests in a row has no other answers to be measured by.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from array import array
from typing import TYPE_CHECKING, Any, Dict, Generator, Iterator, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import quote

from . import answers, logins, over_websocket, plan
from .client import HOST, PATIENCE, Client
from .connections import FAILURE, Sent
from .over_websocket import WEBSOCKET
from .responses import Answer

if TYPE_CHECKING:
    from . import replies, requests

NUMBER = "{i}"
MADE = "{made}"
LARGEST_PART = 1 << 16
NO_END = "its answer had no end"
UNANSWERED: replies.Try = {"status": 0, "text": "", "made": "", "size": 0, "ends": True, "location": ""}
# Characters that a path has as they are; a framework may be told others, which are sent as %XX.
PLAIN = "".join(map(chr, range(0x21, 0x7F)))
REFUSAL = 400
REFUSALS = 20
# Seconds that a message of a WebSocket is waited for, at first and after none has come.
SOON, MOMENT = 1.0, 0.005
# Numbers of one process begin where no other's have come to, so that what stays in a database is met by none: they go
# by the clock, 4,000 a second, and repeat after a month.
PER_SECOND = 4_000
LOWEST = 10**10


def first_number() -> int:
    """Return where the numbers of this process begin."""
    return LOWEST + int(time.time() * PER_SECOND) % LOWEST


class Route:
    """One kind of request."""

    def __init__(
        self,
        method: str,
        path: str,
        body: Optional[str],
        headers: Dict[str, str],
        counterpart: Optional[Tuple[str, str, List[str]]] = None,
    ) -> None:
        self._method, self._path, self._body, self._headers = method, quote(path, safe=PLAIN), body, headers
        self._undoing, self._undone_at, self._names = counterpart or ("", "", [])
        self._differs = any(NUMBER in text for text in headers.values())
        self.refused = self._left = 0
        #: Seconds to wait for a message of a WebSocket.
        self.patience = SOON

    def filled(self, kind: int, number: int) -> Sent:
        text = str(number)
        body = None if self._body is None else self._body.replace(NUMBER, text).encode()
        headers = self._headers
        if self._differs:
            headers = {name: value.replace(NUMBER, text) for name, value in headers.items()}
        return Sent(
            kind,
            self._method,
            self._path.replace(NUMBER, text),
            body,
            headers,
            self._undone_at.replace(NUMBER, text),
        )

    def undo(self, sent: Sent, answer: Answer) -> Generator[Sent, Answer, Tuple[int, str]]:
        """Send the counterpart of a request that was answered; its status (0: there was none to send), and what went
        wrong, if anything did."""
        made = answers.made(answer.body, answer.location, self._names) if MADE in sent.counterpart else ""
        if MADE in sent.counterpart and not made:
            return 0, self._complaint(sent, "did not say what it made")
        headers = {name: value for name, value in sent.headers.items() if name.lower() != "content-type"}
        path = quote(sent.counterpart, safe=PLAIN).replace(MADE, quote(made, safe=""))
        undone = yield Sent(sent.kind, self._undoing, path, None, headers)
        if undone.status >= FAILURE:
            return undone.status, "%s %s answered %d: %s" % (self._undoing, path, undone.status, undone.shown())
        refused = "was not taken away by %s %s, which answered %d" % (self._undoing, path, undone.status)
        return undone.status, self._complaint(sent, refused if undone.status >= REFUSAL else "")

    def _complaint(self, sent: Sent, wrong: str) -> str:
        """Return what went wrong, once it has so many times in a row."""
        self._left = self._left + 1 if wrong else 0
        return "%s %s %s" % (sent.method, sent.path, wrong) if self._left >= REFUSALS else ""


class Routes(Client):
    """Requests to all routes in a seeded order: alike, or by their ``shares``."""

    def __init__(self, setting: requests.Setting) -> None:
        super().__init__(setting)
        self._session = logins.Session()
        self._told = setting["routes"]
        self._made: Dict[str, str] = {}
        self._routes = list(map(self._route, self._told))
        self._shares = setting.get("shares") or [1] * len(self._told)
        self._seed = setting["seed"]
        self._workers = setting.get("workers", 0)
        self._plan = array("H", bytes(2 * setting["capacity"]))
        self._number = first_number()
        self._patience: float = setting["patience"]
        self._port: int = setting["port"]
        self._statuses: Dict[int, int] = {}
        self._trial = http.client.HTTPConnection(HOST, setting["port"], timeout=self._patience)

    def handle(self, request: Mapping[str, Any]) -> Mapping[str, object]:
        if "login" in request:
            return self._begin(request["login"])
        if "answers" in request:
            return {"answers": self._statuses}
        return self._try(request["try"], request["names"]) if "try" in request else super().handle(request)

    def filled(self, kind: int, number: int) -> Sent:
        """A request by its place among the routes."""
        return self._routes[kind].filled(kind, number)

    def _route(self, route: requests.Route) -> Route:
        method, path, body, headers, counterpart, maker = [*route, None, None][:6]
        made = self._made.get(json.dumps(maker)) if maker else None
        if made:
            path = path.replace(MADE, quote(made, safe=""))
        return Route(method, path, body, self._session.headers(headers), counterpart)

    def _begin(self, logins_: Sequence[requests.Route]) -> replies.Sent:
        """Log in, and make what requests need."""
        self._number += 1
        failure = self._session.log_in(self._trial, logins_, str(self._number)) if logins_ else ""
        if failure:
            return {"error": "the login " + failure, "completed": 0, "login": True}
        failures = list(filter(None, map(self._make, self._told)))
        self._routes = list(map(self._route, self._told))
        return {"error": failures[0], "completed": 0} if failures else {}

    def _make(self, needing: requests.Route) -> str:
        """Make what a route's requests need, if they need it and it is not there yet; what went wrong, if anything
        did."""
        maker = needing[5] if len(needing) > 5 else None
        if not maker or json.dumps(maker) in self._made:
            return ""
        route, names = maker
        self._number += 1
        answer, failure = patiently(self._trial, self._route(route).filled(0, self._number), self._patience)
        made = answers.made(answer.body, answer.location, names) if answer and answer.status < REFUSAL else ""
        if not made:
            self._trial.close()
            reason = "answered %d: %s" % (answer.status, answer.shown()) if answer else failure
            return "%s %s, which makes what %s %s needs, %s" % (*route[:2], *needing[:2], reason)
        self._made[json.dumps(maker)] = made
        return ""

    def round(self, number: int, operations: int, stable: int) -> None:  # noqa: ARG002 - rows are the application's own
        if self._workers:
            for connection in self._connections:
                connection.close()  # it is opened anew, to whichever worker takes it
        if len(self._routes) > 1:
            plan.fill(self._plan, self._shares, operations, "%d/%d" % (self._seed, number))

    def close(self) -> None:
        self._trial.close()
        super().close()

    def _from_plan(self, begin: int, end: int) -> Iterator[Sent]:
        for position in range(begin, end):
            kind = self._plan[position]
            self._number += 1
            yield self._routes[kind].filled(kind, self._number)

    def _one(self, sent: Sent) -> Generator[Sent, Answer, str]:
        if sent.method == WEBSOCKET:
            refusal, failure = self._over_websocket(self._routes[sent.kind], sent, PATIENCE)
            return self._complaint(sent, refusal) if refusal else failure
        answer = yield sent
        failure = ""
        if sent.counterpart and answer.status < REFUSAL:
            _, failure = yield from self._routes[sent.kind].undo(sent, answer)
        return failure or self._complaint(sent, answer)

    def _over_websocket(self, route: Route, sent: Sent, seconds: float) -> Tuple[Optional[Answer], str]:
        """Return what came of a WebSocket; what went wrong, if it was not answered. Where no message comes nobody waits
        for one for long from then on."""
        try:
            answer = over_websocket.exchange(sent, (HOST, self._port), route.patience, seconds)
        except (OSError, http.client.HTTPException) as error:
            return None, "%s %s was not answered: %s: %s" % (sent.method, sent.path, type(error).__name__, error)
        route.patience = SOON if answer.body else MOMENT
        return answer, ""

    def _complain(self, sent: Sent, status: int) -> str:
        route = self._routes[sent.kind]
        route.refused = route.refused + 1 if status >= REFUSAL else 0
        self._statuses[status] = self._statuses.get(status, 0) + 1
        if status >= FAILURE:
            return "answered %d" % status
        if route.refused >= REFUSALS:
            return "answered %d, and nothing below %d to %d requests in a row" % (status, REFUSAL, REFUSALS)
        return ""

    def _try(self, tried: requests.Route, names: List[str]) -> replies.Try:
        """Send one request, and its counterpart: the status, the beginning of the answer, what that calls what was
        made, its bytes, whether it ends, and where it leads. The status is 0 if there was no answer, that of the
        counterpart if that was refused."""
        self._number += 1
        failure = self._make(tried)
        if failure:
            return {**UNANSWERED, "status": REFUSAL, "text": failure}
        route = self._route(tried)
        sent = route.filled(0, self._number)
        answer, failure = self._answer(route, sent)
        if answer is None:
            self._trial.close()
            return {**UNANSWERED, "text": failure, "ends": NO_END not in failure}
        status = answer.status
        if sent.counterpart and status < REFUSAL:
            status = self._undone(route.undo(sent, answer))
        made = answers.made(answer.body, answer.location, names)
        text, size, location = answer.shown(), len(answer.body), answer.location
        return {"status": status, "text": text, "made": made, "size": size, "ends": True, "location": location}

    def _answer(self, route: Route, sent: Sent) -> Tuple[Optional[Answer], str]:
        if sent.method == WEBSOCKET:
            return self._over_websocket(route, sent, self._patience)
        return patiently(self._trial, sent, self._patience)

    def _undone(self, undoing: Generator[Sent, Answer, Tuple[int, str]]) -> int:
        """The status of a counterpart that is tried; 0 if it is not answered."""
        try:
            answer, _ = patiently(self._trial, next(undoing), self._patience)
            undoing.send(answer or Answer(0, b""))
        except StopIteration as end:
            return int(end.value[0])
        raise AssertionError("one request has one counterpart")


def patiently(connection: http.client.HTTPConnection, sent: Sent, seconds: float) -> Tuple[Optional[Answer], str]:
    """Send one request and read its response, which may take so many seconds; what went wrong, if there is none."""
    deadline, response = time.monotonic() + seconds, None
    parts: List[bytes] = []
    try:
        connection.request(sent.method, sent.path, sent.body, sent.headers)
        response = connection.getresponse()
        while time.monotonic() < deadline:
            part = response.read1(LARGEST_PART)
            if not part:
                response.close()  # read1 leaves it open where its length was known
                if response.status >= FAILURE:
                    connection.close()
                return Answer(response.status, b"".join(parts), response.getheader("Location", "")), ""
            parts.append(part)
    except socket.timeout:  # noqa: UP041 - before Python 3.10 it is another
        pass
    except (OSError, http.client.HTTPException) as error:
        return None, "%s %s was not answered: %s: %s" % (sent.method, sent.path, type(error).__name__, error)
    began = " answered %d, but %s" % (response.status, NO_END) if response else " was not answered"
    return None, "%s %s%s in %g s" % (sent.method, sent.path, began, seconds)
