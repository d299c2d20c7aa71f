"""Connections of the client that are kept, and what is sent over several of them side by side by one thread.

Threads would hand the interpreter's lock to one another twice a request, which takes longer than the request does.
"""

from __future__ import annotations

import http.client
import select
import socket
from typing import Dict, Generator, List, NamedTuple, Optional, Sequence, Tuple

from .responses import Answer, Head, Response

# Methods that say that they have no body, where they have none, as ``http.client`` has it.
WITH_BODY = ("PATCH", "POST", "PUT")
# The lowest status of a server's own failure.
FAILURE = 500
PART = 1 << 16


class Sent(NamedTuple):
    """A request as it is sent: kind is its place among the client's requests, counterpart the path of what takes away
    what it makes."""

    kind: int
    method: str
    path: str
    body: Optional[bytes]
    headers: Dict[str, str]
    counterpart: str = ""


# What is sent over a connection: it is given the answer to each request before it says the next.
Work = Generator[Sent, Answer, None]


class UnansweredError(Exception):
    """A request was not answered; the message says which."""


class Connection:
    """One that opens itself, and again once it is closed; it has one request under way at a time.

    ``prompt``: acknowledge what comes in at once, as far as the system lets it. uvicorn's own workers send a response
    in two packets, the second not before the first is acknowledged, which systems put off for 40 ms.
    """

    def __init__(self, host: str, port: int, timeout: float, *, prompt: bool = False) -> None:
        self._address, self._timeout = (host, port), timeout
        self._prompt = prompt and hasattr(socket, "TCP_QUICKACK")
        self._usual = {"host": "Host: %s:%d\r\n" % (host, port), "accept-encoding": "Accept-Encoding: identity\r\n"}
        self._heads: Dict[bytes, Head] = {}
        self._sent: Optional[Sent] = None
        self._response = Response(self._heads)
        self.sock: Optional[socket.socket] = None

    def send(self, sent: Sent) -> None:
        """Send a request, in one piece; UnansweredError if that cannot be done."""
        self._sent, self._response = sent, Response(self._heads, has_body=sent.method != "HEAD")
        try:
            (self.sock or self._opened()).sendall(self._written(sent))
            self._acknowledge()
        except OSError as error:
            raise self._unanswered(error) from error

    def receive(self) -> Optional[Answer]:
        """Read what has come, or wait for it; the answer, once it is whole. UnansweredError if there will be none."""
        assert self.sock is not None
        try:
            self._acknowledge()
            data = self.sock.recv(PART)
            answer = self._response.take(data) if data else self._response.end()
        except (OSError, http.client.HTTPException) as error:
            raise self._unanswered(error) from error
        if answer is not None and (self._response.closes or answer.status >= FAILURE):
            self.close()  # as the server does, where an exception has left the application too: the next one opens it
        return answer

    def _acknowledge(self) -> None:
        """Do so at once with what comes next: the system forgets that it was asked for."""
        if self._prompt and self.sock is not None:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def close(self) -> None:
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def _opened(self) -> socket.socket:
        self.sock = socket.create_connection(self._address, self._timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.settimeout(None)  # else the system is asked before each of its calls whether there is anything
        return self.sock

    def _written(self, sent: Sent) -> bytes:
        given = {name.lower() for name in sent.headers}
        lines = [line for name, line in self._usual.items() if name not in given]
        lines += ["%s: %s\r\n" % field for field in sent.headers.items()]
        body = sent.body or b""
        if sent.body is not None or sent.method in WITH_BODY:
            lines.append("Content-Length: %d\r\n" % len(body))
        first = ("%s %s HTTP/1.1\r\n" % (sent.method, sent.path)).encode("ascii")
        return b"".join((first, "".join(lines).encode("latin-1"), b"\r\n", body))

    def _unanswered(self, error: Exception) -> UnansweredError:
        assert self._sent is not None
        what = (self._sent.method, self._sent.path, type(error).__name__, error)
        return UnansweredError("%s %s was not answered: %s: %s" % what)


def carry_out(works: Sequence[Tuple[Connection, Work]], patience: float) -> None:
    """Carry out several works side by side, each over a connection of its own; UnansweredError, or what a work raises,
    ends all of them."""
    poll = select.poll()
    under_way: Dict[int, Tuple[Connection, Work]] = {}

    def go_on(connection: Connection, work: Work, sent: Optional[Sent]) -> int:
        """Send what comes next, if anything does; the descriptor that is waited for, -1 for none."""
        if sent is None:
            return -1
        connection.send(sent)
        assert connection.sock is not None
        descriptor = connection.sock.fileno()
        if descriptor not in under_way:
            under_way[descriptor] = connection, work
            poll.register(descriptor, select.POLLIN)
        return descriptor

    for connection, work in works:
        go_on(connection, work, next(work, None))
    while under_way:
        for descriptor in _ready(list(under_way), poll, patience):
            connection, work = under_way[descriptor]
            answer = connection.receive()
            if answer is not None and go_on(connection, work, _next(work, answer)) != descriptor:
                poll.unregister(descriptor)
                del under_way[descriptor]


def _ready(descriptors: List[int], poll: select.poll, patience: float) -> List[int]:
    """Return those for which something has come. One alone is waited for by reading."""
    if len(descriptors) == 1:
        return descriptors
    found = [descriptor for descriptor, _ in poll.poll(patience * 1000)]
    if not found:
        raise UnansweredError("nothing was answered in %g s" % patience)
    return found


def _next(work: Work, answer: Answer) -> Optional[Sent]:
    """Return what comes after an answer; None at the work's end."""
    try:
        return work.send(answer)
    except StopIteration:
        return None
