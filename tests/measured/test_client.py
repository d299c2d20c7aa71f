"""The process that sends the requests, in this process, against a server of the standard library."""

import io
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from find_mem_leaks.measured import client

REQUESTS = {
    "create": ("POST", "/posts", '{"title": "number $n"}', 201),
    "read": ("GET", "/posts/$id", None, 200),
    "update": ("PUT", "/posts/$id", "{}", 200),
    "delete": ("DELETE", "/posts/$id", None, 204),
}
STATUS = {"POST": 201, "GET": 200, "PUT": 200, "DELETE": 204}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.seen.append((self.command, self.path, body))
        self.send_response(self.server.statuses.get(self.command, STATUS[self.command]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the standard library's names

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer((client.HOST, 0), Handler) as found:
        found.daemon_threads = True
        found.block_on_close = False
        found.seen, found.statuses = [], {}
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def served(server, *lines, mix=(1, 1, 1, 1)):
    setting = {
        "port": server.server_address[1],
        "concurrency": 2,
        "requests": REQUESTS,
        "kinds": list(REQUESTS),
        "mix": mix,
        "seed": 0,
        "capacity": 100,
    }
    answers = io.StringIO()
    code = client.serve(map(json.dumps, [setting, *lines]), answers)
    return code, [json.loads(line) for line in answers.getvalue().splitlines()]


def test_a_round_sends_exactly_the_plans_requests(server):
    code, answers = served(
        server,
        {"round": 1, "operations": 40, "stable": 5},
        {"begin": 0, "end": 15},
        {"begin": 15, "end": 40},
    )
    assert (code, answers[0], answers[2]) == (0, {"rows": 0}, {"rows": 0})
    methods = [method for method, _, _ in server.seen]
    assert {method: methods.count(method) for method in STATUS} == dict.fromkeys(STATUS, 10)
    deleted = {path for method, path, _ in server.seen if method == "DELETE"}
    assert deleted == {f"/posts/{5 + number}" for number in range(1, 11)}
    touched = {int(path.split("/")[-1]) for method, path, _ in server.seen if method in {"GET", "PUT"}}
    assert touched <= set(range(1, 6))
    assert all(len(body) == len('{"title": "number 00000000"}') for method, _, body in server.seen if method == "POST")


@pytest.mark.parametrize("end", range(1, 21))
def test_the_rows_are_told_of_as_much_of_a_round_as_was_sent(server, end):
    _, answers = served(server, {"round": 1, "operations": 20, "stable": 5}, {"begin": 0, "end": end})
    methods = [method for method, _, _ in server.seen]
    assert answers[-1] == {"rows": methods.count("POST") - methods.count("DELETE")}


def test_another_status_is_an_error_with_its_request_and_ends_it(server):
    server.statuses["DELETE"] = 503
    code, answers = served(
        server, {"round": 1, "operations": 20, "stable": 5}, {"begin": 0, "end": 20}, mix=(0, 1, 0, 1)
    )
    assert code == 1
    assert re.match("DELETE /posts/[67] answered 503, not 204", answers[-1]["error"])  # two are under way at once
    assert answers[-1]["completed"] < 20


def test_a_server_that_is_gone_is_an_error(server):
    server.shutdown()
    server.server_close()
    code, answers = served(server, {"round": 1, "operations": 4, "stable": 5}, {"begin": 0, "end": 4})
    assert code == 1
    assert "was not answered" in answers[-1]["error"]
