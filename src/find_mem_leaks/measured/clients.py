"""Clients that misbehave: each a scenario of every served target, sent by the process beside it to loopback only.

A behaviour is one function, whose docstring's first paragraph is what people read of it: it gets a line (one of the
connections that there are at once) and a number that no other operation has, and returns what went wrong, if anything
did. No operation leaves a connection open, but for those that go on where they stopped (``LASTING``): they end with the
stretch.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Lock
from typing import Any, Callable, Dict, Iterator, Optional, Tuple

from . import plan
from .client import FAILURE, HOST, PATIENCE, SHOWN, Request, Sent

# Closing sends a reset, not an end, with this setting of SO_LINGER.
RESET = struct.pack("ii", 1, 0)
# Connections at once of a behaviour that waits, and how long it does: time for a server to read what was sent.
AT_ONCE = 16
MOMENT = 0.02
# A slow reader takes so many bytes, then rests. Its window is small, so that the server has to wait for it.
SIP = 16384
REST = 0.001
WINDOW = 8192
# Within what servers take: gunicorn 100 fields, h11 as uvicorn has it 64 KiB.
FIELDS = 90
FIELD_BYTES = 100
# The lowest status of a request that was refused.
REFUSED = 400
TEXT_FRAME = b"\x81"
MASK = b"find"


class Target:
    """What can be asked of a served target, from its requests and routes.

    Attributes:
        plain: the first request that only reads, else the first.
        with_body: the first request that has a body; None if there is none.
        routes: paths that only some targets have: ``stream``, ``raise``, ``websocket``.
    """

    def __init__(self, setting: Dict[str, Any]) -> None:
        requests = [Request(*request) for request in setting["requests"].values()]
        self.port: int = setting["port"]
        self.routes: Dict[str, str] = setting.get("routes", {})
        self.plain = next((request for request in requests if request.method == "GET"), requests[0])
        self.with_body = next((request for request in requests if request.has_body), None)
        self.stable = 1

    def sent(self, number: int) -> Sent:
        return self.plain.filled(1 + number * plan.STRIDE % self.stable, number)

    def streamed(self, number: int) -> Sent:
        """The longest response that is known of."""
        return ("GET", self.routes["stream"], None, 200) if "stream" in self.routes else self.sent(number)


class Line:
    """One of the connections that there are at once."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.lasting = HTTPConnection(HOST, target.port, timeout=PATIENCE)

    def open(self, window: int = 0) -> socket.socket:
        """A new connection; ``window``: bytes that its system keeps of what was not read yet."""
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            made.settimeout(PATIENCE)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if window:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            made.connect((HOST, self.target.port))
        except BaseException:
            made.close()
            raise
        return made

    def ask(self, sent: Sent, headers: Dict[str, str]) -> Tuple[int, bytes]:
        """Status and body of a request on the connection that lasts."""
        method, path, body, _ = sent
        self.lasting.request(method, path, body, headers)
        response = self.lasting.getresponse()
        answer = response.read()
        if response.status >= FAILURE:
            self.lasting.close()  # as the server does where an exception has left the application
        return response.status, answer

    def end(self) -> None:
        self.lasting.close()


def head(sent: Sent, version: str = "1.1", host: bool = True) -> bytes:
    """The bytes of a request up to its body."""
    method, path, body, _ = sent
    lines = ["%s %s HTTP/%s" % (method, path, version)]
    lines += ["Host: %s" % HOST] if host else []
    lines += ["Content-Type: application/json", "Content-Length: %d" % len(body)] if body else []
    return "\r\n".join([*lines, "", ""]).encode()


def _whole(sent: Sent) -> bytes:
    return head(sent) + (sent[2] or b"")


def _read(connection: socket.socket, sent: Sent) -> Optional[str]:
    """Read a whole response; what is wrong with it, if anything is."""
    response = HTTPResponse(connection, method=sent[0])
    try:
        response.begin()
        return _compare(sent, response.status, response.read())
    finally:
        response.close()


def _compare(sent: Sent, status: int, answer: bytes) -> Optional[str]:
    method, path, _, expected = sent
    if status == expected:
        return None
    return "%s %s answered %d, not %d: %s" % (method, path, status, expected, _shown(answer))


def _shown(answer: bytes) -> str:
    return " ".join(answer.decode(errors="replace").split())[:SHOWN]


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


def reset_idle(line: Line, number: int) -> Optional[str]:
    """A connection that is reset while it is idle, after the response to its request."""
    sent = line.target.sent(number)
    with line.open() as connection:
        connection.sendall(_whole(sent))
        failure = _read(connection, sent)
        _reset(connection)
    return failure


def reset_in_request(line: Line, number: int) -> Optional[str]:
    """A connection that is reset in the midst of its request: with half of the body sent, or half of the head where no
    request has a body."""
    with_body = line.target.with_body
    whole = _whole(with_body.filled(line.target.stable, number) if with_body else line.target.sent(number))
    with line.open() as connection:
        connection.sendall(_half(whole))
        time.sleep(MOMENT)
        _reset(connection)
    return None


def _half(whole: bytes) -> bytes:
    """A request up to the middle of its body; up to the middle of its head if it has none."""
    first, body = whole.split(b"\r\n\r\n", 1)
    return whole[: len(first) + 4 + len(body) // 2] if body else whole[: len(first) // 2]


def half_request(line: Line, number: int) -> Optional[str]:
    """Half of a request's head, then silence for a moment, then the connection's end."""
    first = head(line.target.sent(number))
    with line.open() as connection:
        connection.sendall(first[: len(first) // 2])
        time.sleep(MOMENT)
    return None


def tcp_probe(line: Line, _number: int) -> Optional[str]:
    """A connection that is opened and closed without a byte, as a load balancer's check does."""
    line.open().close()
    return None


def abort_response(line: Line, number: int) -> Optional[str]:
    """A connection that is reset once the first bytes of the response are there, while the rest streams."""
    sent = line.target.streamed(number)
    with line.open(WINDOW) as connection:
        connection.sendall(_whole(sent))
        first = connection.recv(SIP)
        _reset(connection)
    return None if first else "%s %s was not answered" % sent[:2]


def slow_reader(line: Line, number: int) -> Optional[str]:
    """A client that reads the response a few bytes at a time."""
    sent = line.target.streamed(number)
    with line.open(WINDOW) as connection:
        connection.sendall(head(sent, "1.0") + (sent[2] or b""))
        status = _status(connection.recv(SIP))
        while connection.recv(SIP):
            time.sleep(REST)
    return _compare(sent, status, b"")


def _status(first: bytes) -> int:
    """The status of a response that begins with these bytes; 0 if it is none."""
    words = first.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def connection_per_request(line: Line, number: int) -> Optional[str]:
    """A new connection for each request, which its client closes after the response."""
    sent = line.target.sent(number)
    with line.open() as connection:
        connection.sendall(_whole(sent))
        return _read(connection, sent)


def websocket_dropped(line: Line, number: int) -> Optional[str]:
    """A WebSocket on which a message comes and goes, then the connection's end without a close frame."""
    path = line.target.routes["websocket"]
    text = b"%08d" % number
    with line.open() as connection:
        connection.sendall(_handshake(path))
        answer = _up_to(connection, b"\r\n\r\n")
        if _status(answer) != 101:
            return "GET %s answered %d, not 101: %s" % (path, _status(answer), _shown(answer))
        connection.sendall(TEXT_FRAME + bytes([0x80 | len(text)]) + MASK + _masked(text))
        return None if connection.recv(SIP) else "the WebSocket %s was closed before its first message" % path


def _handshake(path: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    fields = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + key]
    return "\r\n".join(["GET %s HTTP/1.1" % path, "Host: " + HOST, *fields, "", ""]).encode()


def _masked(text: bytes) -> bytes:
    return bytes(byte ^ mask for byte, mask in zip(text, itertools.cycle(MASK)))


def _up_to(connection: socket.socket, end: bytes) -> bytes:
    """What comes up to these bytes, or to the connection's end."""
    found = b""
    while end not in found:
        more = connection.recv(SIP)
        if not more:
            break
        found += more
    return found


def http_1_0(line: Line, number: int) -> Optional[str]:
    """A request of HTTP/1.0 without a host, which the server closes the connection after."""
    sent = line.target.sent(number)
    with line.open() as connection:
        connection.sendall(head(sent, "1.0", host=False) + (sent[2] or b""))
        return _read(connection, sent)


def header_flood(line: Line, number: int) -> Optional[str]:
    """Ninety header fields of ever new names, within the limits of usual servers."""
    sent = line.target.sent(number)
    headers = {"X-%08d-%d" % (number, field): "x" * FIELD_BYTES for field in range(FIELDS)}
    return _compare(sent, *line.ask(sent, headers))


def unknown_paths(line: Line, number: int) -> Optional[str]:
    """Requests for ever new paths that do not exist."""
    path = "/no-such-path-%08d" % number
    status, answer = line.ask(("GET", path, None, 404), {})
    return None if status >= REFUSED else "GET %s answered %d: %s" % (path, status, _shown(answer))


def invalid_bodies(line: Line, number: int) -> Optional[str]:
    """Requests with ever new bodies that are valid JSON and not what the route takes."""
    if line.target.with_body is None:
        return "none of its requests has a body"
    method, path, _, status = line.target.with_body.filled(line.target.stable, number)
    body = json.dumps({"unknown_%08d" % number: number}).encode()
    status, _ = line.ask((method, path, body, 422), {"Content-Type": "application/json"})
    return None if status >= REFUSED else "%s %s took %s: %d" % (method, path, body.decode(), status)


def handler_raises(line: Line, number: int) -> Optional[str]:
    """Requests whose handler raises an exception: a route of its own, or a row that does not exist."""
    path = line.target.routes.get("raise") or line.target.plain.filled(0, number)[1]
    sent = ("GET", path, None, 500)
    return _compare(sent, *line.ask(sent, {}))


Behave = Callable[[Line, int], Optional[str]]
BEHAVIOURS: Dict[str, Behave] = {
    "reset_idle": reset_idle,
    "reset_in_request": reset_in_request,
    "half_request": half_request,
    "tcp_probe": tcp_probe,
    "abort_response": abort_response,
    "slow_reader": slow_reader,
    "connection_per_request": connection_per_request,
    "websocket_dropped": websocket_dropped,
    "http_1_0": http_1_0,
    "header_flood": header_flood,
    "unknown_paths": unknown_paths,
    "invalid_bodies": invalid_bodies,
    "handler_raises": handler_raises,
}
WAITING = ("reset_in_request", "half_request", "slow_reader")
LASTING = ("header_flood", "unknown_paths", "invalid_bodies", "handler_raises")


class Misbehaving:
    """The interface of ``Client``, for one behaviour."""

    rows = 0

    def __init__(self, setting: Dict[str, Any]) -> None:
        name = setting["behaviour"]
        self._behave = BEHAVIOURS[name]
        self._target = Target(setting)
        at_once = max(setting["concurrency"], AT_ONCE if name in WAITING else 1)
        self._lines = [Line(self._target) for _ in range(at_once)]
        self._threads = ThreadPoolExecutor(at_once)
        self._numbers = itertools.count()
        self._lock = Lock()
        self.completed = 0

    def round(self, _number: int, _operations: int, stable: int) -> None:
        """Have so many rows to read; numbers go on, so that what is new is new in the whole cell."""
        self._target.stable = stable

    def stretch(self, begin: int, end: int) -> Optional[str]:
        """Misbehave so many times; what went wrong, if anything did."""
        self.completed = 0
        waiting = iter(range(begin, end))
        failures = list(self._threads.map(lambda line: self._go_on(line, waiting), self._lines))
        return next(filter(None, failures), None)

    def close(self) -> None:
        self._threads.shutdown()

    def _go_on(self, line: Line, waiting: Iterator[int]) -> Optional[str]:
        try:
            while self._take(waiting):
                failure = self._once(line, next(self._numbers))
                with self._lock:
                    if failure:
                        for _ in waiting:
                            pass
                        return failure
                    self.completed += 1
            return None
        finally:
            line.end()

    def _take(self, waiting: Iterator[int]) -> bool:
        with self._lock:
            return next(waiting, None) is not None

    def _once(self, line: Line, number: int) -> Optional[str]:
        try:
            return self._behave(line, number)
        except (OSError, HTTPException) as error:
            return "%s was not answered: %s: %s" % (self._behave.__name__, type(error).__name__, error)
