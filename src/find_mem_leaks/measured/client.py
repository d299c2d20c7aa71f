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

The answer is ``{"rows": …}`` once every request has had its response: how many rows there are more than when the round
began; ``{}`` with routes; or ``{"error": …, "completed": …}`` and then the end. The input's end, which comes when the
server is gone, ends the process.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from string import Template
from threading import Lock
from typing import Any, Dict, Iterator, NamedTuple, Optional, Protocol, Tuple

from . import connections, plan

HOST = "127.0.0.1"
# Seconds that one response may take; a cell that stalls is killed by its runner long before.
PATIENCE = 3600
SHOWN = 300
# The lowest status of a server's own failure.
FAILURE = 500


class Sent(NamedTuple):
    """A request as it is sent: kind is its place among the client's requests, counterpart the path of what takes away
    what it makes."""

    kind: int
    method: str
    path: str
    body: Optional[bytes]
    headers: Dict[str, str]
    counterpart: str = ""


class Answer(NamedTuple):
    """A response as far as it matters."""

    status: int
    body: bytes
    location: str = ""

    def shown(self) -> str:
        """The beginning of its text, on one line."""
        return " ".join(self.body.decode(errors="replace").split())[:SHOWN]


class PromptConnection(connections.Connection):
    """Acknowledges what it receives at once, as far as the system lets it.

    uvicorn's own workers send a response in two packets, the second not before the first is acknowledged, which systems
    put off for 40 ms.
    """

    def getresponse(self) -> http.client.HTTPResponse:
        if self.sock is not None and hasattr(socket, "TCP_QUICKACK"):
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return super().getresponse()


class Client:
    """Keep-alive connections, as many as requests may be in flight, each in a thread of its own.

    A kind of client says which requests there are (``round``, ``_from_plan``) and which answers are right
    (``_complain``).
    """

    def __init__(self, setting: Dict[str, Any]) -> None:
        of_kind = PromptConnection if setting.get("workers") else connections.Connection
        self._connections = [of_kind(HOST, setting["port"], timeout=PATIENCE) for _ in range(setting["concurrency"])]
        self._threads = ThreadPoolExecutor(len(self._connections))
        self._lock = Lock()
        self._completed = 0

    def round(self, number: int, operations: int, stable: int) -> None:
        """Write the plan of a round that begins with ``stable`` rows that no delete takes, and others above them."""
        raise NotImplementedError

    def _from_plan(self, begin: int, end: int) -> Iterator[Sent]:
        raise NotImplementedError

    def _complain(self, sent: Sent, status: int) -> str:
        """What is wrong with an answer of that status, if anything is; called with the lock."""
        raise NotImplementedError

    def handle(self, asked: Dict[str, Any]) -> Dict[str, Any]:
        """Do what is asked for; return the answer."""
        if "round" in asked:
            self.round(asked["round"], asked["operations"], asked["stable"])
            return self.result
        failure = self._stretch(asked["begin"], asked["end"])
        return {"error": failure, "completed": self._completed} if failure else self.result

    def _stretch(self, begin: int, end: int) -> Optional[str]:
        """Send the plan's requests from ``begin`` to ``end``; what went wrong, if anything did."""
        self._completed = 0
        waiting = self._from_plan(begin, end)
        failures = list(self._threads.map(lambda connection: self._send(connection, waiting), self._connections))
        return next(filter(None, failures), None)

    def close(self) -> None:
        """Close the connections and end their threads."""
        for connection in self._connections:
            connection.close()
        self._threads.shutdown()

    @property
    def result(self) -> Dict[str, int]:
        """What a stretch that went well is answered with."""
        return {}

    def _send(self, connection: http.client.HTTPConnection, waiting: Iterator[Sent]) -> Optional[str]:
        while True:
            with self._lock:
                sent = next(waiting, None)
            if sent is None:
                return None
            answer, failure = self._exchange(connection, sent)
            with self._lock:
                failure = failure if answer is None else self._complaint(sent, answer)
                if failure:
                    for _ in waiting:
                        pass
                    return failure
                self._completed += 1

    def _exchange(self, connection: http.client.HTTPConnection, sent: Sent) -> Tuple[Optional[Answer], str]:
        return exchange(connection, sent)

    def _complaint(self, sent: Sent, answer: Answer) -> str:
        wrong = self._complain(sent, answer.status)
        return "%s %s %s: %s" % (sent.method, sent.path, wrong, answer.shown()) if wrong else ""


class Rows(Client):
    """The client of a stack that ships, whose requests make, read and delete rows."""

    def __init__(self, setting: Dict[str, Any]) -> None:
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
        """By how many rows the requests of the round so far make the table longer."""
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
        self.method, self._path, self.status = method, Template(path), status
        self._body = None if body is None else Template(body)

    @property
    def has_body(self) -> bool:
        return self._body is not None

    def filled(self, kind: int, row: int, position: int) -> Sent:
        values = {"id": row, "n": "%08d" % position}
        body = None if self._body is None else self._body.substitute(values).encode()
        headers = {"Content-Type": "application/json"} if body else {}
        return Sent(kind, self.method, self._path.substitute(values), body, headers)


def exchange(connection: http.client.HTTPConnection, sent: Sent) -> Tuple[Optional[Answer], str]:
    """Send one request and read its response; what went wrong, if there is none."""
    try:
        connection.request(sent.method, sent.path, sent.body, sent.headers)
        response = connection.getresponse()
        body = response.read()
        if response.status >= FAILURE:
            connection.close()  # as the server does where an exception has left the application: the next one opens it
    except (OSError, http.client.HTTPException) as error:
        return None, "%s %s was not answered: %s: %s" % (sent.method, sent.path, type(error).__name__, error)
    return Answer(response.status, body, response.getheader("Location", "")), ""


def serve(lines: Iterator[str], answers: Any) -> int:
    """Answer every line; 1 if a request was not answered as it should be."""
    client = _client(json.loads(next(lines)))
    try:
        return _serve(client, lines, answers)
    finally:
        client.close()


class Answering(Protocol):
    """What answers lines: a client of any kind."""

    def handle(self, asked: Dict[str, Any]) -> Dict[str, Any]: ...

    def close(self) -> None: ...


def _client(setting: Dict[str, Any]) -> Answering:
    """One that misbehaves, one that sends requests to an application, or one that makes and takes rows."""
    if setting.get("behaviour"):
        from .clients import Misbehaving

        return Misbehaving(setting)
    if "routes" in setting:
        from .routes import Routes

        return Routes(setting)
    return Rows(setting)


def _serve(client: Answering, lines: Iterator[str], answers: Any) -> int:
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
