"""The other end of a served stack: a process of its own that sends the requests, so that only the server is measured.

``python path/to/measured client`` reads JSON, one object a line, and answers each line but the first with one:

``{"port": …, "concurrency": …, "requests": …, "kinds": …, "mix": …, "seed": …, "capacity": …}``   comes first;
``{"port": …, "concurrency": …, "routes": …, "seed": …, "capacity": …}``                            or this (``routes``)
``{"port": …, "concurrency": …, "behaviour": …, …}``                                               or this (``clients``)
``{"round": …, "operations": …, "stable": …}``   write the round's plan
``{"begin": …, "end": …}``                       send that many of the plan's requests, ``concurrency`` at a time
``{"login": …}``                                 log in by these requests, of a client with routes, and make what its
                                                 routes need
``{"try": …}``                                   send one request, of a client with routes
``{"answers": …}``                               say how many answers there were of each status, likewise

The answer is ``{"rows": …}`` once every request has had its response: how many rows there are more than when the round
began; ``{}`` with routes; or ``{"error": …, "completed": …}`` and then the end. The input's end, which comes when the
server is gone, ends the process.
"""

from __future__ import annotations

import json
import os
import sys
from string import Template
from typing import TYPE_CHECKING, Any, Dict, Generator, Iterator, Mapping, Optional, Protocol, TextIO

from . import plan
from .connections import Connection, Sent, UnansweredError, Work, carry_out
from .responses import Answer

if TYPE_CHECKING:
    from . import requests

HOST = "127.0.0.1"
# Seconds that one response may take; a cell that stalls is killed by its runner long before.
PATIENCE = 3600


class WrongAnswerError(Exception):
    """An answer is not as it should be; the message says how."""


class Client:
    """Keep-alive connections, as many as requests may be in flight.

    A kind of client says which requests there are (``round``, ``_from_plan``) and which answers are right
    (``_complain``).
    """

    def __init__(self, setting: requests.Setting) -> None:
        prompt = bool(setting.get("workers"))
        self._connections = [
            Connection(HOST, setting["port"], PATIENCE, prompt=prompt) for _ in range(setting["concurrency"])
        ]
        self._completed = 0

    def round(self, number: int, operations: int, stable: int) -> None:
        """Write the plan of a round that begins with ``stable`` rows that no delete takes, and others above them."""
        raise NotImplementedError

    def _from_plan(self, begin: int, end: int) -> Iterator[Sent]:
        raise NotImplementedError

    def _complain(self, sent: Sent, status: int) -> str:
        """Return what is wrong with an answer of that status, if anything is."""
        raise NotImplementedError

    def handle(self, request: Mapping[str, Any]) -> Mapping[str, object]:
        """Do what is asked for; return the answer."""
        if "round" in request:
            self.round(request["round"], request["operations"], request["stable"])
            return self.result
        failure = self._stretch(request["begin"], request["end"])
        return {"error": failure, "completed": self._completed} if failure else self.result

    def _stretch(self, begin: int, end: int) -> Optional[str]:
        """Send the plan's requests from ``begin`` to ``end``; what went wrong, if anything did."""
        self._completed = 0
        waiting = self._from_plan(begin, end)
        try:
            carry_out([(connection, self._work(waiting)) for connection in self._connections], PATIENCE)
        except (UnansweredError, WrongAnswerError) as failure:
            return str(failure)
        return None

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections:
            connection.close()

    @property
    def result(self) -> Dict[str, int]:
        """Return what a stretch that went well is answered with."""
        return {}

    def _work(self, waiting: Iterator[Sent]) -> Work:
        """Return what is sent over one of the connections."""
        for sent in waiting:
            failure = yield from self._one(sent)
            if failure:
                raise WrongAnswerError(failure)
            self._completed += 1

    def _one(self, sent: Sent) -> Generator[Sent, Answer, str]:
        """Send a request, and what belongs to it; what went wrong, if anything did."""
        answer = yield sent
        return self._complaint(sent, answer)

    def _complaint(self, sent: Sent, answer: Answer) -> str:
        wrong = self._complain(sent, answer.status)
        return "%s %s %s: %s" % (sent.method, sent.path, wrong, answer.shown()) if wrong else ""


class Rows(Client):
    """The client of a stack that ships, whose requests make, read and delete rows."""

    def __init__(self, setting: requests.Setting) -> None:
        super().__init__(setting)
        self._requests = [Request(*setting["requests"][kind]) for kind in setting["kinds"]]
        self._mix, self._seed = setting["mix"], setting["seed"]
        self._plan = bytearray(setting["capacity"])
        self._stable = 1
        self._creates = self._deletes = 0

    def round(self, number: int, operations: int, stable: int) -> None:
        plan.fill(self._plan, self._mix, operations, "%d/%d" % (self._seed, number))
        self._stable, self._creates, self._deletes = stable, 0, 0

    @property
    def result(self) -> Dict[str, int]:
        """Return by how many rows the requests of the round so far make the table longer."""
        return {"rows": self._creates - self._deletes}

    def _from_plan(self, begin: int, end: int) -> Iterator[Sent]:
        for position in range(begin, end):
            kind = self._plan[position]
            row = 1 + position * plan.STRIDE % self._stable
            if kind == plan.CREATE:
                self._creates += 1
            elif kind == plan.DELETE:
                self._deletes += 1
                row = self._stable + self._deletes
            yield self._requests[kind].filled(kind, row, position)

    def _complain(self, sent: Sent, status: int) -> str:
        expected = self._requests[sent.kind].status
        return "" if status == expected else "answered %d, not %d" % (status, expected)


class Request:
    """One kind of request: its path and body are templates with ``$id`` (a row) and ``$n`` (eight digits)."""

    def __init__(self, method: str, path: str, body: Optional[str], status: int) -> None:
        self.method, self._path, self.status = method, _formatted(path), status
        self._body = None if body is None else _formatted(body)
        self._headers = {"Content-Type": "application/json"} if body else {}

    @property
    def has_body(self) -> bool:
        return self._body is not None

    def filled(self, kind: int, row: int, position: int) -> Sent:
        values = {"id": row, "n": "%08d" % position}
        body = None if self._body is None else (self._body % values).encode()
        return Sent(kind, self.method, self._path % values, body, self._headers)


def _formatted(template: str) -> str:
    """A template as what ``%`` fills, which takes a fraction of the time."""
    return Template(template.replace("%", "%%")).substitute(id="%(id)s", n="%(n)s")


def serve(lines: Iterator[str], answers: TextIO) -> int:
    """Answer every line; 1 if a request was not answered as it should be."""
    client = _client(json.loads(next(lines)))
    try:
        return _serve(client, lines, answers)
    finally:
        client.close()


class Answering(Protocol):
    """What answers lines: a client of any kind."""

    def handle(self, request: Mapping[str, Any]) -> Mapping[str, object]: ...

    def close(self) -> None: ...


def _client(setting: requests.Setting) -> Answering:
    """One that misbehaves, one that sends requests to an application, or one that makes and takes rows."""
    if setting.get("behaviour"):
        from .clients import Misbehaving

        return Misbehaving(setting)
    if "routes" in setting:
        from .routes import Routes

        return Routes(setting)
    return Rows(setting)


def _serve(client: Answering, lines: Iterator[str], answers: TextIO) -> int:
    for line in lines:
        answer = client.handle(json.loads(line))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        if "error" in answer:
            return 1
    return 0


def run() -> None:
    try:
        code = serve(iter(sys.stdin), sys.stdout)
    except BrokenPipeError:  # the server has ended: it says itself why
        os._exit(1)
    sys.exit(code)
