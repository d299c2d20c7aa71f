"""WebSockets of the client: the opening handshake, a message and what comes back, the closing handshake.

What an application makes of it is told as a status, as other answers have one: 101 where it went well, what it refused
the handshake with, and for a connection that it closed 500 where its handler has failed and 403 for any other reason.
"""

from __future__ import annotations

import base64
import http.client
import itertools
import os
import socket
import struct
import time
from typing import Optional, Tuple

from .connections import Sent
from .responses import END_OF_HEAD, Answer

# What stands in a route for the method; the status that a connection becomes a WebSocket with.
WEBSOCKET = "WEBSOCKET"
SWITCHED, REFUSED, FAILED = 101, 403, 500
PART = 1 << 16
TEXT, CLOSE = 1, 8
# Kinds of frames that carry what the application sends.
DATA = (0, 1, 2)
# Why a connection is closed: all is well, who closes it goes away, it has no reason, and its handler has failed.
WELL, AWAY, NO_REASON, FAILURE = 1000, 1001, 1005, 1011
MASK = b"find"
CLOSING = 1.0


class Frames:
    """What comes over a connection, frame by frame."""

    def __init__(self, connection: socket.socket, data: bytes = b"") -> None:
        self._connection, self._data = connection, data

    def next(self, seconds: float) -> Optional[Tuple[int, bytes]]:
        """The kind and the content of the next frame; None if none comes in time, or the connection ends."""
        deadline = time.monotonic() + seconds
        while True:
            taken = self._taken()
            left = deadline - time.monotonic()
            if taken or left <= 0:
                return taken
            self._connection.settimeout(left)
            try:
                data = self._connection.recv(PART)
            except OSError:
                return None
            if not data:
                return None
            self._data += data

    def _taken(self) -> Optional[Tuple[int, bytes]]:
        if len(self._data) < 2:
            return None
        size, begin = self._data[1] & 0x7F, 2
        if size > 125:
            begin += 2 if size == 126 else 8
            size = int.from_bytes(self._data[2:begin], "big")
        if len(self._data) < begin + size:
            return None
        kind, content = self._data[0] & 0x0F, self._data[begin : begin + size]
        self._data = self._data[begin + size :]
        return kind, content


def exchange(sent: Sent, address: Tuple[str, int], patience: float, seconds: float) -> Answer:
    """Open a WebSocket, send the request's body as a message, if it has one, wait for something to come, and close it.

    Raises an error of the system or of ``http.client`` where the handshake is not answered.

    Args:
        sent: the request.
        address: the server.
        patience: seconds to wait for a message.
        seconds: those that the handshake may take.
    """
    with socket.create_connection(address, seconds) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(handshake(sent))
        head, rest = up_to_the_end_of_the_head(connection)
        if status(head) != SWITCHED:
            return Answer(status(head), rest)
        if sent.body is not None:
            connection.sendall(frame(TEXT, sent.body))
        frames = Frames(connection, rest)
        message, closed = _message(frames, patience)
        if closed is None:
            connection.sendall(frame(CLOSE, struct.pack("!H", WELL)))
            _, closed = _message(frames, CLOSING, until_closed=True)
    return Answer(_status_of(closed or (WELL, b"")), message or (closed or (WELL, b""))[1])


def _message(
    frames: Frames, seconds: float, *, until_closed: bool = False
) -> Tuple[bytes, Optional[Tuple[int, bytes]]]:
    """The first message, and why the connection was closed, if it was: a number and its words."""
    for kind, content in iter(lambda: frames.next(seconds), None):
        if kind == CLOSE:
            code = struct.unpack("!H", content[:2])[0] if len(content) > 1 else NO_REASON
            return b"", (code, b"closed it by %d %s" % (code, content[2:]))
        if kind in DATA and not until_closed:
            return content, None
    return b"", None


def _status_of(closed: Tuple[int, bytes]) -> int:
    if closed[0] in {WELL, AWAY, NO_REASON}:
        return SWITCHED
    return FAILED if closed[0] == FAILURE else REFUSED


def handshake(sent: Sent) -> bytes:
    """The request by which a connection becomes a WebSocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    fields = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    own = {name: value for name, value in sent.headers.items() if name.lower() != "content-type"}
    lines = ["GET %s HTTP/1.1" % sent.path]
    if "host" not in {name.lower() for name in own}:
        lines.append("Host: 127.0.0.1")
    lines += ["%s: %s" % field for field in {**own, **fields}.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def frame(kind: int, content: bytes) -> bytes:
    """A whole frame of a client, which is masked."""
    size = len(content)
    if size < 126:
        length = bytes([0x80 | size])
    else:
        length = b"\xfe" + struct.pack("!H", size) if size < 1 << 16 else b"\xff" + struct.pack("!Q", size)
    masked = bytes(byte ^ mask for byte, mask in zip(content, itertools.cycle(MASK)))
    return bytes([0x80 | kind]) + length + MASK + masked


def up_to_the_end_of_the_head(connection: socket.socket) -> Tuple[bytes, bytes]:
    """The head of an answer, and what came after it by then; RemoteDisconnected if the connection ends before."""
    received = b""
    while END_OF_HEAD not in received:
        more = connection.recv(PART)
        if not more:
            raise http.client.RemoteDisconnected("Remote end closed connection without response")
        received += more
    head, _, rest = received.partition(END_OF_HEAD)
    return head, rest


def status(first: bytes) -> int:
    """The status of a response that begins with these bytes; 0 if it is none."""
    words = first.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
