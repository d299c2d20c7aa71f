"""The client's own connections: what they send, that they open themselves again, and several side by side."""

import http.client
import socket
import threading
from contextlib import contextmanager

import pytest

from find_mem_leaks.measured import connections
from find_mem_leaks.measured.connections import Sent, UnansweredError
from find_mem_leaks.measured.responses import Answer


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
    connection.send(Sent(0, method, "/x", body, headers))
    answer = None
    while answer is None:
        answer = connection.receive()
    return answer.status, answer.body


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


def test_headers_that_are_given_are_sent_once():
    with server(OK) as (connection, received):
        connection.send(Sent(0, "GET", "/x", None, {"host": "shop", "Accept-Encoding": "gzip"}))
        while connection.receive() is None:
            pass
    assert received == [b"GET /x HTTP/1.1\r\nhost: shop\r\nAccept-Encoding: gzip\r\n\r\n"]


def test_a_connection_is_kept_and_one_that_the_server_closes_opened_again():
    with server(OK, OK, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end", OK) as (connection, _):
        assert sent(connection) == (200, b"ok")
        kept = connection.sock
        assert sent(connection) == (200, b"ok")
        assert connection.sock is kept
        assert sent(connection) == (200, b"to the end")
        assert connection.sock is None
        assert sent(connection) == (200, b"ok")


def test_after_a_failure_of_the_application_a_connection_is_opened_again():
    with server(b"HTTP/1.1 500 Oh\r\nX: close\r\nContent-Length: 0\r\n\r\n") as (connection, _):
        assert sent(connection) == (500, b"")
        assert connection.sock is None


def test_a_server_that_says_nothing_has_not_answered():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connection = connections.Connection("127.0.0.1", listener.getsockname()[1], timeout=5)
        connection.send(Sent(0, "GET", "/x", None, {}))
        listener.accept()[0].close()
        with pytest.raises(UnansweredError, match=r"GET /x was not answered: (RemoteDisc|ConnectionR)"):
            connection.receive()
        connection.close()
    with pytest.raises(UnansweredError, match="GET /x was not answered: ConnectionRefusedError"):
        connection.send(Sent(0, "GET", "/x", None, {}))


def test_what_is_no_answer_is_none():
    unanswered = pytest.raises(UnansweredError, match=r"BadStatusLine: SSH-2\.0")
    with server(b"SSH-2.0 hello\r\n\r\n") as (connection, _), unanswered as raised:
        sent(connection)
    assert isinstance(raised.value.__cause__, http.client.BadStatusLine)


def test_works_are_carried_out_side_by_side():
    """The first of two is not answered before the second has been sent its own request."""
    came = threading.Barrier(2, timeout=5)

    def serve(client):
        with client:
            for number in (1, 2):
                client.recv(65536)
                came.wait()
                client.sendall(b"HTTP/1.1 20%d OK\r\nContent-Length: 0\r\n\r\n" % number)

    def work(answers):
        for _ in range(2):
            answers.append((yield Sent(0, "GET", "/x", None, {})))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accept = [threading.Thread(target=lambda: serve(listener.accept()[0]), daemon=True) for _ in range(2)]
        for thread in accept:
            thread.start()
        port = listener.getsockname()[1]
        lanes = [(connections.Connection("127.0.0.1", port, 5), []) for _ in range(2)]
        connections.carry_out([(connection, work(answers)) for connection, answers in lanes], patience=5)
        for connection, answers in lanes:
            connection.close()
            assert answers == [Answer(201, b""), Answer(202, b"")]


def test_where_nothing_comes_it_is_said():
    def work():
        yield Sent(0, "GET", "/x", None, {})

    with socket.create_server(("127.0.0.1", 0)) as listener:
        lanes = [connections.Connection("127.0.0.1", listener.getsockname()[1], 5) for _ in range(2)]
        with pytest.raises(UnansweredError, match=r"nothing was answered in 0\.01 s"):
            connections.carry_out([(connection, work()) for connection in lanes], patience=0.01)
        for connection in lanes:
            connection.close()
