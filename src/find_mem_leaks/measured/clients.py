"""Clients that misbehave: each a scenario of every served target, sent by the process beside it to loopback only.

A behaviour is one function, whose docstring's first paragraph is what people read of it: it gets a line (one of the
connections that there are at once) and a number that no other operation has, and returns what went wrong, if anything
did. No operation leaves a connection open, but for those whose connection goes on with the next: it ends with the
stretch.
"""

from __future__ import annotations

import itertools
import json
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Lock
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, Mapping, Optional, Sequence, Union

from . import over_websocket
from .client import HOST, PATIENCE
from .connections import FAILURE, Sent
from .over_websocket import SWITCHED
from .responses import Answer
from .targets import FAILING, ApplicationTarget, StackTarget

if TYPE_CHECKING:
    from . import requests

# Closing sends a reset, not an end, with this setting of SO_LINGER.
RESET = struct.pack("ii", 1, 0)
# Connections at once of a behaviour that waits, and how long it does: time for a server to read what was sent.
AT_ONCE = 16
MOMENT = 0.005
# A slow reader takes so many bytes, then rests, so many times. Its window is small: the server has to wait for it.
SIP = 16384
REST = 0.001
SIPS = 4
WINDOW = 8192
# Within what servers take: gunicorn 100 fields, h11 as uvicorn has it 64 KiB.
FIELDS = 90
FIELD_BYTES = 100
# Seconds to wait for what may not come.
SOON = 1.0


Target = Union[StackTarget, ApplicationTarget]


class Line:
    """One of the connections that there are at once."""

    def __init__(self, target: Target, port: int) -> None:
        self.target = target
        self.port = port
        #: Seconds to wait for what not every application or server does: an echo, an end of the connection.
        self.patience = SOON
        self.lasting = HTTPConnection(HOST, port, timeout=PATIENCE)

    def open(self, window: int = 0) -> socket.socket:
        """A new connection; ``window``: bytes that its system keeps of what was not read yet."""
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            connection.settimeout(PATIENCE)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if window:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            connection.connect((HOST, self.port))
        except BaseException:
            connection.close()
            raise
        return connection

    def ask(self, sent: Sent, right: Sequence[int]) -> Optional[str]:
        """Send a request on the connection that lasts; what is wrong with its answer, if anything is."""
        self.lasting.request(sent.method, sent.path, sent.body, sent.headers)
        response = self.lasting.getresponse()
        answer = Answer(response.status, response.read())
        if answer.status >= FAILURE:
            self.lasting.close()  # as the server does where an exception has left the application
        return _complain(sent, answer, right)

    def wait_for_an_answer(self, connection: socket.socket) -> None:
        """Wait for the first bytes, or the end; where nothing comes nobody waits for long from then on."""
        connection.settimeout(self.patience)
        try:
            connection.recv(SIP)
        except socket.timeout:  # noqa: UP041 - of Python 3.8 and 3.9
            self.patience = MOMENT

    def end(self) -> None:
        self.lasting.close()


def head(sent: Sent, version: str = "1.1", host: bool = True) -> bytes:
    """The bytes of a request up to its body."""
    lines = ["%s %s HTTP/%s" % (sent.method, sent.path, version)]
    lines += ["Host: %s" % HOST] if host else []
    lines += ["%s: %s" % field for field in sent.headers.items()]
    lines += ["Content-Length: %d" % len(sent.body)] if sent.body is not None else []
    return "\r\n".join([*lines, "", ""]).encode()


def _whole(sent: Sent) -> bytes:
    return head(sent) + (sent.body or b"")


def _read(connection: socket.socket, sent: Sent, right: Sequence[int]) -> Optional[str]:
    """Read a whole response; what is wrong with it, if anything is."""
    response = HTTPResponse(connection, method=sent.method)
    try:
        response.begin()
        return _complain(sent, Answer(response.status, response.read()), right)
    finally:
        response.close()


def _complain(sent: Sent, answer: Answer, right: Sequence[int]) -> Optional[str]:
    if answer.status in right:
        return None
    expected = "%d" % right[0] if len(right) == 1 else "%d to %d" % (right[0], right[-1])
    return "%s %s answered %d, not %s: %s" % (sent.method, sent.path, answer.status, expected, answer.shown())


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


def reset_idle(line: Line, number: int) -> Optional[str]:
    """A connection that is reset while it is idle, after the response to its request."""
    sent = line.target.plain(number)
    with line.open() as connection:
        connection.sendall(_whole(sent))
        failure = _read(connection, sent, line.target.right)
        _reset(connection)
    return failure


def reset_in_request(line: Line, number: int) -> Optional[str]:
    """A connection that is reset in the middle of its request: with half of the body sent, or half of the head where no
    request has a body."""
    whole = _whole(line.target.with_body(number) or line.target.plain(number))
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
    first = head(line.target.plain(number))
    with line.open() as connection:
        connection.sendall(first[: len(first) // 2])
        time.sleep(MOMENT)
    return None


def tcp_probe(line: Line, _number: int) -> Optional[str]:
    """A connection that is opened and closed without a byte, as a load balancer's check does."""
    with line.open() as connection:
        connection.shutdown(socket.SHUT_WR)
        line.wait_for_an_answer(connection)
    return None


def abort_response(line: Line, number: int) -> Optional[str]:
    """A connection that is reset once the first bytes of the response are there, while the rest streams."""
    sent = line.target.aborted(number)
    with line.open(WINDOW) as connection:
        connection.sendall(_whole(sent))
        first = connection.recv(SIP)
        _reset(connection)
    return None if first else "%s %s was not answered" % (sent.method, sent.path)


def slow_reader(line: Line, number: int) -> Optional[str]:
    """A client that reads the beginning of the response slowly, 16 KiB at a time."""
    sent = line.target.streamed(number)
    with line.open(WINDOW) as connection:
        connection.sendall(head(sent, "1.0") + (sent.body or b""))
        status = over_websocket.status(connection.recv(SIP))
        rests = itertools.chain(itertools.repeat(REST, SIPS), itertools.repeat(0))
        while connection.recv(SIP):
            time.sleep(next(rests))
    return _complain(sent, Answer(status, b""), line.target.right)


def connection_per_request(line: Line, number: int) -> Optional[str]:
    """A new connection for each request, which its client closes after the response."""
    sent = line.target.plain(number)
    with line.open() as connection:
        connection.sendall(_whole(sent))
        return _read(connection, sent, line.target.right)


def websocket_dropped(line: Line, number: int) -> Optional[str]:
    """A WebSocket on which a message comes and goes, then the connection's end without a close frame."""
    sent = line.target.websocket(number)
    text = b"%08d" % number
    with line.open() as connection:
        connection.sendall(over_websocket.handshake(sent))
        answer, _ = over_websocket.up_to_the_end_of_the_head(connection)
        status = over_websocket.status(answer)
        if status != SWITCHED:
            return _complain(sent, Answer(status, answer), (SWITCHED,))
        connection.sendall(over_websocket.frame(over_websocket.TEXT, text))
        line.wait_for_an_answer(connection)
    return None


def http_1_0(line: Line, number: int) -> Optional[str]:
    """A request of HTTP/1.0 without a host, which the server closes the connection after."""
    sent = line.target.plain(number)
    with line.open() as connection:
        connection.sendall(head(sent, "1.0", host=False) + (sent.body or b""))
        return _read(connection, sent, line.target.right)


def header_flood(line: Line, number: int) -> Optional[str]:
    """Ninety header fields of ever new names, within the limits of usual servers."""
    sent = line.target.plain(number)
    flood = {"X-%08d-%d" % (number, field): "x" * FIELD_BYTES for field in range(FIELDS)}
    return line.ask(sent._replace(headers={**sent.headers, **flood}), line.target.right)


def unknown_paths(line: Line, number: int) -> Optional[str]:
    """Requests for ever new paths that do not exist."""
    return line.ask(line.target.unknown(number), line.target.refusing)


def invalid_bodies(line: Line, number: int) -> Optional[str]:
    """Requests with ever new bodies that are valid JSON and not what the route takes."""
    sent = line.target.with_body(number)
    if sent is None:
        return "none of its requests has a body"
    headers = {name: value for name, value in sent.headers.items() if name.lower() != "content-type"}
    body = json.dumps({"unknown_%08d" % number: number}).encode()
    invalid = sent._replace(body=body, headers={**headers, "Content-Type": "application/json"})
    return line.ask(invalid, line.target.refusing)


def handler_raises(line: Line, number: int) -> Optional[str]:
    """Requests whose handler raises an exception: a route of its own, or a row that does not exist."""
    return line.ask(line.target.raising(number), FAILING)


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
WAITING = ("reset_in_request", "half_request")


class Misbehaving:
    """The interface of ``Client``, for one behaviour."""

    def __init__(self, setting: requests.Setting) -> None:
        name = setting["behaviour"]
        self._behave = BEHAVIOURS[name]
        self._target: Target = ApplicationTarget(setting) if "roles" in setting else StackTarget(setting)
        at_once = max(setting["concurrency"], AT_ONCE if name in WAITING else 1)
        self._lines = [Line(self._target, setting["port"]) for _ in range(at_once)]
        self._threads = ThreadPoolExecutor(at_once)
        self._numbers = itertools.count()
        self._lock = Lock()
        self._completed = 0

    def handle(self, request: Mapping[str, Any]) -> Mapping[str, object]:
        """Have so many rows to read, or misbehave so many times. Numbers go on from round to round: what is new is new
        in the whole cell."""
        if "login" in request and isinstance(self._target, ApplicationTarget):
            return self._target.client.handle(request)
        if "round" in request:
            self._target.stable = request["stable"]
            return {"rows": 0}
        failure = self._stretch(request["begin"], request["end"])
        return {"error": failure, "completed": self._completed} if failure else {"rows": 0}

    def _stretch(self, begin: int, end: int) -> Optional[str]:
        """Misbehave so many times; what went wrong, if anything did."""
        self._completed = 0
        waiting = iter(range(begin, end))
        failures = list(self._threads.map(lambda line: self._go_on(line, waiting), self._lines))
        return next(filter(None, failures), None)

    def close(self) -> None:
        self._threads.shutdown()
        if isinstance(self._target, ApplicationTarget):
            self._target.client.close()

    def _go_on(self, line: Line, waiting: Iterator[int]) -> Optional[str]:
        try:
            while self._take(waiting):
                failure = self._once(line, next(self._numbers))
                with self._lock:
                    if failure:
                        for _ in waiting:
                            pass
                        return failure
                    self._completed += 1
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
