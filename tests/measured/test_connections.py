"""The client's own connections: what they send, what they read, and that they open themselves again."""

import http.client
import socket
import threading
from contextlib import contextmanager

import pytest

from find_mem_leaks.measured import connections


@contextmanager
def server(*answers):
    """A server on loopback that gives these answers in turn, each to one request; ``received`` are those."""
    received = []

    def serve(listener):
        pieces = list(answers)
        while pieces:
            client, _ = listener.accept()
            with client:
                while pieces and (data := client.recv(65536)):
                    received.append(data)
                    answer = pieces.pop(0)
                    client.sendall(answer)
                    if b"close" in answer:
                        break

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        connection = connections.Connection("127.0.0.1", listener.getsockname()[1], timeout=5)
        yield connection, received
        connection.close()
        thread.join(5)


def sent(connection, method="GET", body=None, **headers):
    connection.request(method, "/x", body, headers)
    response = connection.getresponse()
    return response.status, response.read()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_a_request_is_sent_in_one_piece_as_http_client_writes_it():
    with server(OK, OK, OK) as (connection, received):
        assert sent(connection, Accept="é") == (200, b"ok")
        assert sent(connection, "POST", b"abc") == (200, b"ok")
        assert sent(connection, "PUT") == (200, b"ok")
    first, second, third = received
    port = connection._address[1]
    host = f"Host: 127.0.0.1:{port}\r\nAccept-Encoding: identity\r\n".encode()
    assert first == b"GET /x HTTP/1.1\r\n" + host + "Accept: é\r\n\r\n".encode("latin-1")
    assert second == b"POST /x HTTP/1.1\r\n" + host + b"Content-Length: 3\r\n\r\nabc"
    assert third == b"PUT /x HTTP/1.1\r\n" + host + b"Content-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("method", "answer", "body"),
    [
        ("GET", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\n", b"ok!"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b""),
        ("GET", b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"ok"),
        ("GET", b"HTTP/1.1 500 Oh\r\nX: a\r\nX: b\r\nContent-Length: 0\r\n\r\n", b""),
    ],
)
def test_a_connection_is_kept_whatever_ends_the_body(method, answer, body):
    with server(answer, OK) as (connection, _):
        assert sent(connection, method)[1] == body
        kept = connection.sock
        assert sent(connection) == (200, b"ok")
        assert connection.sock is kept


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end",
        b"HTTP/1.0 200 OK\r\nX: close\r\n\r\nto the end",
        b"HTTP/1.1 200 OK\r\nX: close\r\n\r\nto the end",
    ],
)
def test_one_that_the_server_closes_is_opened_again(answer):
    with server(answer, OK) as (connection, _):
        assert sent(connection) == (200, b"to the end")
        assert connection.sock is None
        assert sent(connection) == (200, b"ok")


def test_headers_are_found_by_any_case_and_all_of_them():
    with server(
        b"HTTP/1.1 302 Found\r\nLOCATION: /y\r\nSet-Cookie: a\r\nset-cookie: b\r\nContent-Length: 0\r\n\r\n"
    ) as (
        connection,
        _,
    ):
        connection.request("GET", "/", None, {})
        response = connection.getresponse()
        response.read()
    assert response.getheader("Location") == "/y"
    assert response.getheader("Set-Cookie") == "a, b"
    assert response.getheader("X", "none") == "none"


def test_a_server_that_says_nothing_is_an_error_of_http_client():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connection = connections.Connection("127.0.0.1", listener.getsockname()[1], timeout=5)
        connection.request("GET", "/", None, {})
        listener.accept()[0].close()
        with pytest.raises((http.client.HTTPException, OSError)):
            connection.getresponse()
        connection.close()
    with pytest.raises(http.client.ResponseNotReady):
        connection.getresponse()


def test_a_header_without_an_end_is_refused():
    with server(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70000) as (connection, _):
        connection.request("GET", "/", None, {})
        with pytest.raises(http.client.LineTooLong):
            connection.getresponse()
