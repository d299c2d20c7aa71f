"""Requests to the routes of an application, in this process, against a server of the standard library."""

import contextlib
import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from find_mem_leaks.measured import client, routes


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == "/endless":
            return self.go_on()
        self.server.seen.append((self.command, self.path, body, self.headers.get("X-Key")))
        self.send_response(self.server.statuses.get(self.command, 200))
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
        return None

    def go_on(self):
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            while not self.server.pause.wait(0.01):
                self.wfile.write(b"more")
        self.close_connection = True

    do_GET = do_POST = answer  # noqa: N815 - the standard library's names

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer((client.HOST, 0), Handler) as found:
        found.daemon_threads = True
        found.block_on_close = False
        found.seen, found.statuses, found.pause = [], {}, threading.Event()
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.pause.set()
        found.shutdown()


OK = {"text": "ok", "size": 2, "ends": True}
GET = ["GET", "/items/{i}", None, {}]
POST = ["POST", "/items", '{"name": "x{i}"}', {"X-Key": "k{i}"}]


def served(server, *lines, routes=(GET,), patience=10):
    setting = {
        "port": server.server_address[1],
        "concurrency": 2,
        "routes": routes,
        "seed": 0,
        "capacity": 100,
        "patience": patience,
    }
    answers = io.StringIO()
    code = client.serve(map(json.dumps, [setting, *lines]), answers)
    return code, [json.loads(line) for line in answers.getvalue().splitlines()]


def test_a_number_differs_each_time_in_path_body_and_headers(server):
    code, answers = served(
        server, {"round": 1, "operations": 40, "stable": 0}, {"begin": 0, "end": 40}, routes=(GET, POST)
    )
    assert (code, answers) == (0, [{}, {}])
    gets = {path for method, path, _, _ in server.seen if method == "GET"}
    posts = [(json.loads(body)["name"], key) for method, _, body, key in server.seen if method == "POST"]
    assert (len(gets), len(posts), len(set(posts))) == (20, 20, 20)
    assert all(name[1:] == key[1:] for name, key in posts)
    assert {len(path) for path in gets} == {len("/items/") + 11}


def test_an_answer_below_500_is_right_but_not_if_there_is_no_other(server):
    server.statuses["GET"] = 404
    begin = {"round": 1, "operations": 60, "stable": 0}
    code, answers = served(server, begin, {"begin": 0, "end": routes.REFUSALS - 1})
    assert (code, answers[-1]) == (0, {})
    code, answers = served(server, begin, {"begin": 0, "end": 60})
    assert code == 1
    assert "answered 404, and nothing below 400 to 20 requests in a row: ok" in answers[-1]["error"]


def test_a_failure_of_the_application_ends_it(server):
    server.statuses["POST"] = 500
    code, answers = served(server, {"round": 1, "operations": 9, "stable": 0}, {"begin": 0, "end": 9}, routes=(POST,))
    assert code == 1
    assert answers[-1]["error"] == "POST /items answered 500: ok"


def test_one_request_is_tried(server):
    server.statuses["POST"] = 422
    code, answers = served(server, {"try": GET}, {"try": POST})
    assert (code, answers) == (0, [{**OK, "status": 200}, {**OK, "status": 422}])
    server.shutdown()
    server.server_close()
    _, [answer] = served(server, {"try": GET})
    assert answer["status"] == 0
    assert "was not answered" in answer["text"]


def test_a_body_that_does_not_end_is_given_up_however_much_comes(server, monkeypatch):
    endless = ["GET", "/endless", None, {}]
    _, [answer, after] = served(server, {"try": endless}, {"try": GET}, patience=0.2)
    assert answer == {
        "status": 0,
        "text": "GET /endless is answered by a body that goes on after 0.2 seconds",
        "size": 0,
        "ends": False,
    }
    assert after["status"] == 200
    monkeypatch.setattr(routes, "LONGEST", 10)
    _, [answer] = served(server, {"try": endless})
    assert "goes on after 12 bytes" in answer["text"]


def test_a_body_of_which_nothing_more_comes_is_given_up(server):
    server.pause.wait = lambda _: threading.Event().wait(1)
    _, [answer] = served(server, {"try": ["GET", "/endless", None, {}]}, patience=0.2)
    assert answer["text"].endswith("a body that has not come to its end after 0.2 seconds")
