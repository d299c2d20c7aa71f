"""A WebSocket from its opening to its end, against a server in a thread."""

import contextlib
import http.client
import socket
import struct
import threading

import pytest

from find_mem_leaks.measured import over_websocket
from find_mem_leaks.measured.connections import Sent
from find_mem_leaks.measured.over_websocket import CLOSE, TEXT, Frames, frame
from find_mem_leaks.measured.responses import Answer

ACCEPTED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


def plain(kind, content):
    """A frame of a server, which is not masked."""
    size = len(content)
    length = bytes([size]) if size < 126 else b"\x7e" + struct.pack("!H", size)
    return bytes([0x80 | kind]) + length + content


def unmasked(data):
    return bytes(byte ^ over_websocket.MASK[at % 4] for at, byte in enumerate(data))


@contextlib.contextmanager
def server(*pieces, first=ACCEPTED):
    """One that answers the handshake by ``first``, then each frame by a piece; ``came``: what it was sent."""
    came = []

    def serve():
        client, _ = listener.accept()
        with client, contextlib.suppress(OSError):
            came.append(client.recv(65536))
            client.sendall(first)
            for piece in pieces:
                came.append(client.recv(65536))
                client.sendall(piece)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname(), came
        thread.join(5)


def exchange(address, body=b"hello", patience=5.0):
    sent = Sent(0, over_websocket.WEBSOCKET, "/live", body, {"X-Key": "k", "Content-Type": "text/plain"})
    return over_websocket.exchange(sent, address, patience, 5.0)


def test_a_message_comes_back_and_it_is_closed_as_it_should_be():
    with server(plain(9, b"") + plain(TEXT, b"x" * 300), plain(CLOSE, struct.pack("!H", 1000))) as (address, came):
        assert exchange(address) == Answer(101, b"x" * 300)
    first, message, closing = came
    assert first.startswith(b"GET /live HTTP/1.1\r\n")
    assert b"X-Key: k\r\n" in first
    assert b"Content-Type" not in first
    assert (message[:2], unmasked(message[6:])) == (b"\x81\x85", b"hello")
    assert (closing[:2], unmasked(closing[6:])) == (b"\x88\x82", struct.pack("!H", 1000))


@pytest.mark.parametrize(
    ("closed", "status"), [((1000, b""), 101), ((1011, b""), 500), ((1008, b"no token"), 403), ((4001, b""), 403)]
)
def test_why_the_application_closed_it_is_told_as_a_status(closed, status):
    with server(plain(CLOSE, struct.pack("!H", closed[0]) + closed[1])) as (address, _):
        found = exchange(address)
    assert (found.status, found.body) == (status, b"closed it by %d %s" % closed)


def test_a_host_that_is_given_is_the_one():
    sent = Sent(0, "WEBSOCKET", "/x", None, {"Host": "shop"})
    assert over_websocket.handshake(sent).lower().count(b"\r\nhost: ") == 1
    assert b"\r\nHost: shop\r\n" in over_websocket.handshake(sent)


def test_a_handshake_that_is_refused_has_its_own_status():
    with server(first=b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno") as (address, _):
        assert exchange(address) == Answer(403, b"no")
    with server(first=b"") as (address, _), pytest.raises(http.client.RemoteDisconnected):
        exchange(address)


def test_where_no_message_comes_it_is_closed_after_a_moment():
    with server(plain(CLOSE, b"")) as (address, came):
        assert exchange(address, None, 0.01) == Answer(101, b"closed it by 1005 ")
    assert came[1][:1] == b"\x88"


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_a_frame_is_read_as_it_was_written(size):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        content = b"y" * size
        masked = frame(TEXT, content)
        data = masked[: len(masked) - size - 4] + content  # as a server would send it
        data = data[:1] + bytes([data[1] & 0x7F]) + data[2:]
        assert Frames(ours, data).next(0.01) == (TEXT, content)
        assert Frames(ours, data[:-1]).next(0.01) is None if size else True
        theirs.close()
        assert Frames(ours).next(0.01) is None
