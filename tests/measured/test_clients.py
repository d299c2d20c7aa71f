"""What clients that misbehave send, in this process, as a server sees it that writes down every connection."""

import base64
import hashlib
import io
import json
import socketserver
import struct
import threading

import pytest

from find_mem_leaks.measured import client, clients, over_websocket

REQUESTS = {
    "read": ("GET", "/posts/$id", None, 200),
    "create": ("POST", "/posts", '{"title": "number $n"}', 200),
}
PATHS = {"stream": "/stream", "raise": "/raise", "websocket": "/socket"}
LONG = 100_000
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Handler(socketserver.BaseRequestHandler):
    """Answer requests until the connection ends, then write down what came and how it ended."""

    def handle(self):
        self.came, end = b"", "closed"
        try:
            while self._one():
                pass
        except ConnectionError:
            end = "reset"
        self.server.seen.append((self.came, end))

    def _one(self):
        """Whether a whole request came and the connection goes on."""
        text = b""
        while b"\r\n\r\n" not in text:
            more = self.request.recv(65536)
            if not more:
                return False
            text += more
            self.came += more
        head, body = text.split(b"\r\n\r\n", 1)
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        missing = int(fields.get(b"Content-Length", 0)) - len(body)
        while missing > 0:
            more = self.request.recv(missing)
            if not more:
                return False
            self.came, body, missing = self.came + more, body + more, missing - len(more)
        return self._answer(head.split(b" "), fields, body)

    def _answer(self, words, fields, body):
        path, version = words[1], words[2].split(b"\r\n")[0]
        if path == b"/socket":
            return self._echo(fields[b"Sec-WebSocket-Key"])
        answer = {b"/stream": b"x" * LONG, b"/token": b'{"access_token": "t1"}'}.get(path, b"")
        usual = (
            404 if path.startswith(b"/no-such") else 500 if path == b"/raise" else 422 if b"unknown" in body else 200
        )
        status = self.server.statuses.get(path, usual)
        self.request.sendall(b"HTTP/1.1 %d Said\r\nContent-Length: %d\r\n\r\n%s" % (status, len(answer), answer))
        return version != b"HTTP/1.0" and status < 500

    def _echo(self, key):
        accepted = base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
        self.request.sendall(b"HTTP/1.1 101 Said\r\nSec-WebSocket-Accept: %s\r\n\r\n" % accepted)
        frame = self.request.recv(100)
        self.came += b"FRAME " + bytes(byte ^ over_websocket.MASK[at % 4] for at, byte in enumerate(frame[6:]))
        self.request.sendall(b"\x81\x02ok")
        return bool(self.request.recv(100))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def server():
    with Server((client.HOST, 0), Handler) as found:
        found.seen, found.statuses = [], {}
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture
def misbehave(server, monkeypatch):
    """Misbehave so many times in each stretch of a round: the code, the answers, what the server saw of it."""
    monkeypatch.setattr(clients, "REST", 0)
    monkeypatch.setattr(clients, "AT_ONCE", 3)

    def call(name, operations=6, stretches=2, requests=REQUESTS, paths=PATHS):
        setting = {"port": server.server_address[1], "concurrency": 2, "requests": requests, "paths": paths}
        setting |= {"behaviour": name, "kinds": [], "mix": (1, 0, 0, 0), "seed": 0, "capacity": 100}
        lines = [{"round": 1, "operations": operations * stretches, "stable": 5}]
        lines += [{"begin": at * operations, "end": (at + 1) * operations} for at in range(stretches)]
        answers = io.StringIO()
        code = client.serve(map(json.dumps, [setting, *lines]), answers)
        return code, [json.loads(line) for line in answers.getvalue().splitlines()]

    return call


def seen_of(server, number, requests=0):
    """What so many connections came to, and so many requests on them, once the threads that serve them have written
    that down."""
    for _ in range(1000):
        if len(server.seen) >= number and sum(came.count(b" HTTP/1") for came, _ in server.seen) >= requests:
            break
        threading.Event().wait(0.01)
    return server.seen


@pytest.mark.parametrize(
    ("name", "end", "begins", "has", "lacks"),
    [
        ("reset_idle", "reset", b"GET /posts/", b"Host", b"POST"),
        ("reset_in_request", "reset", b"POST /posts HTTP/1.1", b'{"title": ', b"}"),
        ("half_request", "closed", b"GET /posts/", b"HTTP", b"\r\n\r\n"),
        ("tcp_probe", "closed", b"", b"", b"G"),
        ("abort_response", "reset", b"GET /stream HTTP/1.1", b"Host", b"POST"),
        ("slow_reader", "closed", b"GET /stream HTTP/1.0", b"Host", b"POST"),
        ("connection_per_request", "closed", b"GET /posts/", b"Host", b"POST"),
        ("websocket_dropped", "closed", b"GET /socket HTTP/1.1", b"FRAME 000000", b"\x88"),
        ("http_1_0", "closed", b"GET /posts/", b"HTTP/1.0", b"Host"),
    ],
)
def test_a_client_has_a_connection_for_each_operation_that_ends_as_it_says(
    server, misbehave, name, end, begins, has, lacks
):
    assert misbehave(name) == (0, [{"rows": 0}] * 3)
    seen = seen_of(server, 12)
    assert len(seen) == 12
    assert {each[1] for each in seen} == {end}
    for came, _ in seen:
        assert came.startswith(begins)
        assert has in came
        assert lacks not in came


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("header_flood", b"X-%08d-89: "),
        ("unknown_paths", b"GET /no-such-path-%08d HTTP"),
        ("invalid_bodies", b'{"unknown_%08d": '),
    ],
)
def test_what_is_ever_new_is_new_in_all_stretches_on_connections_that_end_with_theirs(server, misbehave, name, what):
    assert misbehave(name, operations=20) == (0, [{"rows": 0}] * 3)
    seen = seen_of(server, 2, requests=40)
    assert 2 <= len(seen) <= 4
    together = b"".join(came for came, _ in seen)
    assert [together.count(what % number) for number in range(40)] == [1] * 40


def test_a_handler_that_raises_is_a_route_of_its_own_or_a_row_that_does_not_exist(server, misbehave):
    assert misbehave("handler_raises")[0] == 0
    assert all(came.startswith(b"GET /raise") for came, _ in seen_of(server, 12))
    server.statuses[b"/posts/0"] = 500
    server.seen.clear()
    assert misbehave("handler_raises", paths={})[0] == 0
    assert all(came.startswith(b"GET /posts/0 ") for came, _ in seen_of(server, 12))


def test_without_a_body_a_request_is_reset_in_its_head(server, misbehave):
    assert misbehave("reset_in_request", requests={"read": REQUESTS["read"]})[0] == 0
    for came, end in seen_of(server, 12):
        assert (came[:11], b"\r\n\r\n" in came, end) == (b"GET /posts/", False, "reset")


@pytest.mark.parametrize(
    ("name", "path", "status", "reason"),
    [
        ("reset_idle", b"/posts/1", 503, "GET /posts/1 answered 503, not 200"),
        ("slow_reader", b"/stream", 503, "GET /stream answered 503, not 200"),
        ("invalid_bodies", b"/posts", 200, "POST /posts answered 200, not 400 to 499"),
        ("handler_raises", b"/raise", 200, "GET /raise answered 200, not 500 to 599"),
    ],
)
def test_an_answer_that_should_not_be_is_an_error_and_ends_it(server, misbehave, name, path, status, reason):
    server.statuses[path] = status
    code, answers = misbehave(name, operations=40, stretches=1)
    assert code == 1
    assert reason in answers[-1]["error"]
    assert answers[-1]["completed"] < 40


def test_a_client_without_what_it_needs_says_so(server, misbehave):
    code, answers = misbehave("invalid_bodies", requests={"read": REQUESTS["read"]})
    assert (code, answers[-1]["error"]) == (1, "none of its requests has a body")


def test_a_server_that_is_gone_is_an_error(server, misbehave):
    server.shutdown()
    server.server_close()
    code, answers = misbehave("tcp_probe")
    assert code == 1
    assert "tcp_probe was not answered: ConnectionRefusedError" in answers[-1]["error"]


def test_a_reset_is_asked_of_the_system_by_a_linger_of_no_seconds():
    assert struct.unpack("ii", clients.RESET) == (1, 0)


def test_every_client_has_a_sentence_for_people():
    assert all(behave.__doc__ and behave.__name__ == name for name, behave in clients.BEHAVIOURS.items())
    assert {*clients.WAITING} <= {*clients.BEHAVIOURS}


def test_where_no_answer_comes_nobody_waits_for_long_again(server, monkeypatch):
    monkeypatch.setattr(clients, "SOON", 0.05)
    line = clients.Line(None, server.server_address[1])
    with line.open() as connection:
        line.wait_for_an_answer(connection)
    assert line.patience == clients.MOMENT
    patient = clients.Line(None, server.server_address[1])
    with patient.open() as connection:
        connection.shutdown(clients.socket.SHUT_WR)
        patient.wait_for_an_answer(connection)
    assert patient.patience == 0.05


def test_an_application_is_logged_in_to_before_its_client_misbehaves(server):
    roles = {"plain": ["GET", "/posts/{i}", None, {"X-Key": "k"}]}
    setting = {"port": server.server_address[1], "concurrency": 1, "behaviour": "connection_per_request"}
    setting |= {"roles": roles, "routes": [], "seed": 0, "capacity": 10, "patience": 5}
    lines = [{"login": [["GET", "/token", None, {}]]}, {"round": 1, "operations": 2, "stable": 0}]
    answers = io.StringIO()
    client.serve(map(json.dumps, [setting, *lines, {"begin": 0, "end": 2}]), answers)
    assert answers.getvalue() == '{}\n{"rows": 0}\n{"rows": 0}\n'
    asked = [came for came, _ in seen_of(server, 3) if came.startswith(b"GET /posts/")]
    assert len(asked) == 2
    assert all(b"X-Key: k" in came and b"Authorization: Bearer t1" in came for came in asked)
