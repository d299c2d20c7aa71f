"""The other end of a served stack: a process of its own that sends the requests, so that only the server is measured.

``python path/to/measured client`` reads JSON, one object a line, and answers each line but the first with one:

``{"port": …, "concurrency": …, "requests": …, "kinds": …, "mix": …, "seed": …, "capacity": …}``   comes first; with
                                                 ``behaviour`` and ``routes`` it is one of ``clients``
``{"round": …, "operations": …, "stable": …}``   write the round's plan
``{"begin": …, "end": …}``                       send that many of the plan's requests, ``concurrency`` at a time

The answer is ``{"rows": …}`` once every request has had its response: how many rows there are more than when the round
began; or ``{"error": …, "completed": …}`` and then the end. The input's end, which comes when the server is gone, ends
the process.
"""

from __future__ import annotations

import http.client
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from string import Template
from threading import Lock
from typing import Any, Dict, Iterator, Optional, Tuple

from . import plan

HOST = "127.0.0.1"
# Seconds that one response may take; a cell that stalls is killed by its runner long before.
PATIENCE = 3600
SHOWN = 300
# The lowest status of a server's own failure.
FAILURE = 500

Sent = Tuple[str, str, Optional[bytes], int]


class Client:
    """Keep-alive connections, as many as requests may be in flight, each in a thread of its own."""

    def __init__(self, setting: Dict[str, Any]) -> None:
        self._requests = [Request(*setting["requests"][kind]) for kind in setting["kinds"]]
        self._mix, self._seed = setting["mix"], setting["seed"]
        self._plan = bytearray(setting["capacity"])
        self._connections = [
            http.client.HTTPConnection(HOST, setting["port"], timeout=PATIENCE) for _ in range(setting["concurrency"])
        ]
        self._threads = ThreadPoolExecutor(len(self._connections))
        self._lock = Lock()
        self._stable = 1
        self._creates = self._deletes = 0
        self._completed = 0

    def round(self, number: int, operations: int, stable: int) -> None:
        """Write the plan of a round that begins with ``stable`` rows that no delete takes, and others above them."""
        plan.fill(self._plan, self._mix, operations, "%d/%d" % (self._seed, number))
        self._stable, self._creates, self._deletes = stable, 0, 0

    def stretch(self, begin: int, end: int) -> Optional[str]:
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
    def completed(self) -> int:
        """Requests of the last stretch that were answered as they should be."""
        return self._completed

    @property
    def rows(self) -> int:
        """By how many rows the requests of the round so far make the table longer."""
        return self._creates - self._deletes

    def _from_plan(self, begin: int, end: int) -> Iterator[Sent]:
        for position in range(begin, end):
            kind = self._plan[position]
            row = 1 + position * plan.STRIDE % self._stable
            if kind == plan.CREATE:
                self._creates += 1
            elif kind == plan.DELETE:
                self._deletes += 1
                row = self._stable + self._deletes
            yield self._requests[kind].filled(row, position)

    def _send(self, connection: http.client.HTTPConnection, waiting: Iterator[Sent]) -> Optional[str]:
        while True:
            with self._lock:
                sent = next(waiting, None)
            if sent is None:
                return None
            failure = _exchange(connection, *sent)
            with self._lock:
                if failure:
                    for _ in waiting:
                        pass
                    return failure
                self._completed += 1


class Request:
    """One kind of request: its path and body are templates with ``$id`` (a row) and ``$n`` (eight digits)."""

    def __init__(self, method: str, path: str, body: Optional[str], status: int) -> None:
        self.method, self._path, self._status = method, Template(path), status
        self._body = None if body is None else Template(body)

    @property
    def has_body(self) -> bool:
        return self._body is not None

    def filled(self, row: int, position: int) -> Sent:
        values = {"id": row, "n": "%08d" % position}
        body = None if self._body is None else self._body.substitute(values).encode()
        return self.method, self._path.substitute(values), body, self._status


def _exchange(
    connection: http.client.HTTPConnection, method: str, path: str, body: Optional[bytes], status: int
) -> Optional[str]:
    """Send one request and read its response; what is wrong with it, if anything is."""
    headers = {"Content-Type": "application/json"} if body else {}
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status >= FAILURE:
            connection.close()  # as the server does where an exception has left the application: the next one opens it
    except (OSError, http.client.HTTPException) as error:
        return "%s %s was not answered: %s: %s" % (method, path, type(error).__name__, error)
    if response.status == status:
        return None
    text = " ".join(answer.decode(errors="replace").split())
    return "%s %s answered %d, not %d: %s" % (method, path, response.status, status, text[:SHOWN])


def serve(lines: Iterator[str], answers: Any) -> int:
    """Answer every line; 1 if a request was not answered as it should be."""
    client = _client(json.loads(next(lines)))
    try:
        return _serve(client, lines, answers)
    finally:
        client.close()


def _client(setting: Dict[str, Any]) -> Any:
    """One that sends what the plan says, or one that misbehaves."""
    if not setting.get("behaviour"):
        return Client(setting)
    from . import clients

    return clients.Misbehaving(setting)


def _serve(client: Any, lines: Iterator[str], answers: Any) -> int:
    for line in lines:
        asked: Dict[str, int] = json.loads(line)
        failure = None
        if "round" in asked:
            client.round(asked["round"], asked["operations"], asked["stable"])
        else:
            failure = client.stretch(asked["begin"], asked["end"])
        answer = {"error": failure, "completed": client.completed} if failure else {"rows": client.rows}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        if failure:
            return 1
    return 0


def run() -> None:
    sys.exit(serve(iter(sys.stdin), sys.stdout))
