"""Requests to the routes of an application, in this process, against a server of the standard library."""

import io
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from find_mem_leaks.measured import client, routes
from find_mem_leaks.measured.responses import Answer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        if self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            while not self.server.is_over:
                self.wfile.write(b"more")
                time.sleep(0.01)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.seen.append((self.command, self.path, body, self.headers.get("X-Key")))
        answer = self.server.answers.get(self.command, b"ok")
        self.send_response(self.server.statuses.get(self.command, 200))
        for header in self.server.headers:
            self.send_header(*header)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the standard library's names

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer((client.HOST, 0), Handler) as found:
        found.daemon_threads = True
        found.block_on_close = False
        found.is_over = False
        found.seen, found.statuses, found.answers, found.headers = [], {}, {}, []
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.is_over = True
        found.shutdown()


GET = ["GET", "/items/{i}", None, {}]
POST = ["POST", "/items", '{"name": "x{i}"}', {"X-Key": "k{i}"}]


def served(server, *lines, routes=(GET,), **others):
    setting = {
        "port": server.server_address[1],
        "concurrency": 2,
        "routes": routes,
        "seed": 0,
        "capacity": 100,
        "patience": 10,
        **others,
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


def test_a_path_with_letters_of_other_alphabets_is_sent_as_browsers_do():
    route = routes.Route("GET", "/caf\u00e9/100%25/{i}?a=\u00fc", None, {})
    assert route.filled(0, 7).path == "/caf%C3%A9/100%25/7?a=%C3%BC"


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
    code, answers = served(server, {"try": GET, "names": ["id"]}, {"try": POST, "names": []})
    plain = {"status": 200, "text": "ok", "made": "", "size": 2, "ends": True, "location": ""}
    assert (code, answers) == (0, [plain, {**plain, "status": 422}])
    server.answers["GET"] = b'{"id": 7}'
    _, [answer] = served(server, {"try": GET, "names": ["id"]})
    assert answer["made"] == "7"
    server.shutdown()
    server.server_close()
    _, [answer] = served(server, {"try": GET, "names": []})
    assert answer["status"] == 0
    assert "was not answered" in answer["text"]


def test_it_is_told_where_an_answer_leads_and_how_many_there_were_of_each_status(server):
    server.statuses["GET"] = 302
    server.headers.append(("Location", "/login"))
    begin = {"round": 1, "operations": 9, "stable": 0}
    _, [tried, *_, told] = served(server, {"try": GET, "names": []}, begin, {"begin": 0, "end": 9}, {"answers": True})
    assert (tried["status"], tried["location"], told) == (302, "/login", {"answers": {"302": 9}})


def test_an_answer_without_an_end_is_given_up(server):
    endless = ["GET", "/endless", None, {}]
    _, [answer] = served(server, {"try": endless, "names": []}, patience=0.2)
    text = "GET /endless answered 200, but its answer had no end in 0.2 s"
    assert answer == {"status": 0, "text": text, "made": "", "size": 0, "ends": False, "location": ""}


def test_routes_are_sent_by_their_shares(server):
    begin = {"round": 1, "operations": 40, "stable": 0}
    served(server, begin, {"begin": 0, "end": 40}, routes=(GET, POST), shares=[1, 3])
    assert [sum(method == each for method, _, _, _ in server.seen) for each in ("GET", "POST")] == [10, 30]


CREATING = ["POST", "/items", "{}", {"X-Key": "k", "Content-Type": "a/b"}, ["DELETE", "/items/{made}", ["id"]]]


def test_what_is_made_is_taken_away(server):
    server.answers["POST"] = b'{"id": "a/b"}'
    code, _ = served(server, {"round": 1, "operations": 3, "stable": 0}, {"begin": 0, "end": 3}, routes=(CREATING,))
    assert code == 0
    methods = [method for method, _, _, _ in server.seen]
    assert (methods.count("POST"), methods.count("DELETE")) == (3, 3)
    assert {seen for seen in server.seen if seen[0] == "DELETE"} == {("DELETE", "/items/a%2Fb", "", "k")}
    server.seen.clear()
    server.statuses["POST"] = 409
    served(server, {"round": 1, "operations": 3, "stable": 0}, {"begin": 0, "end": 3}, routes=(CREATING,))
    assert [method for method, _, _, _ in server.seen] == ["POST"] * 3


def test_what_is_put_in_a_place_is_taken_away_from_there(server):
    putting = ["POST", "/items/{i}", "{}", {}, ["DELETE", "/items/{i}", []]]
    served(server, {"round": 1, "operations": 3, "stable": 0}, {"begin": 0, "end": 3}, routes=(putting,))
    made, gone = ([path for method, path, _, _ in server.seen if method == each] for each in ("POST", "DELETE"))
    assert sorted(made) == sorted(gone)
    assert len(set(made)) == 3


@pytest.mark.parametrize(
    ("answer", "status", "problem"),
    [
        (b"{}", 200, "POST /items did not say what it made"),
        (b'{"id": 7}', 404, "POST /items was not taken away by DELETE /items/7, which answered 404"),
        (b'{"id": 7}', 500, "DELETE /items/7 answered 500: ok"),
    ],
)
def test_what_is_not_taken_away_is_said(server, answer, status, problem):
    server.answers["POST"], server.statuses["DELETE"] = answer, status
    begin = {"round": 1, "operations": 60, "stable": 0}
    code, answers = served(server, begin, {"begin": 0, "end": 60}, routes=(CREATING,))
    assert (code, answers[-1]["error"]) == (1, problem)


def test_a_counterpart_is_tried_too(server):
    server.answers["POST"] = b'{"id": 7}'
    _, [answer] = served(server, {"try": CREATING, "names": ["id"]})
    assert (answer["status"], answer["made"]) == (200, "7")
    server.statuses["DELETE"] = 405
    _, [answer] = served(server, {"try": CREATING, "names": ["id"]})
    assert answer["status"] == 405


def test_a_login_gives_what_goes_with_all_requests(server):
    server.answers["POST"] = b'{"access_token": "t1"}'
    keyed = ["GET", "/", None, {"X-Key": "key {token}"}]
    login = ["POST", "/token", "name=x{i}", {}]
    begin = {"round": 1, "operations": 1, "stable": 0}
    code, answers = served(server, {"login": [login]}, begin, {"begin": 0, "end": 1}, routes=(keyed,))
    assert (code, answers[0]) == (0, {})
    assert [(path, key) for _, path, _, key in server.seen] == [("/token", None), ("/", "key t1")]
    server.statuses["POST"] = 401
    code, answers = served(server, {"login": [login]})
    assert (code, answers[-1]["error"]) == (1, 'the login POST /token answered 401 ({"access_token": "t1"})')


MADE = ["GET", "/items/{made}", None, {}, None, [["POST", "/items", '{"name": "x{i}"}', {}], ["id"]]]


def test_what_requests_need_is_made_once(server):
    server.answers["POST"] = b'{"id": 7}'
    begin = {"round": 1, "operations": 4, "stable": 0}
    code, answers = served(server, {"login": []}, begin, {"begin": 0, "end": 4}, routes=(MADE, MADE))
    assert (code, answers) == (0, [{}, {}, {}])
    assert [(method, path) for method, path, _, _ in server.seen] == [("POST", "/items"), *[("GET", "/items/7")] * 4]
    server.seen.clear()
    served(server, {"try": MADE, "names": []}, {"try": MADE, "names": []})
    assert [path for _, path, _, _ in server.seen] == ["/items", "/items/7", "/items/7"]


def test_what_cannot_be_made_is_said(server):
    server.statuses["POST"] = 422
    problem = "POST /items, which makes what GET /items/{made} needs, answered 422: ok"
    code, answers = served(server, {"login": []}, routes=(MADE,))
    assert (code, answers) == (1, [{"error": problem, "completed": 0}])
    _, [answer] = served(server, {"try": MADE, "names": []})
    assert answer == {"status": 400, "text": problem, "made": "", "size": 0, "ends": True, "location": ""}


def test_a_websocket_is_a_request_too(monkeypatch):
    """Where no message comes nobody waits for one for long from then on."""
    waited = []

    def exchange(sent, address, patience, seconds):
        waited.append((sent.path, sent.body, address, patience))
        return Answer(101, b"" if sent.path == "/mute" else sent.body)

    monkeypatch.setattr(routes.over_websocket, "exchange", exchange)
    made = routes.Routes(
        {"port": 7, "concurrency": 1, "routes": [SOCKET, MUTE], "seed": 0, "capacity": 9, "patience": 5}
    )
    made.round(1, 8, 0)
    assert made.handle({"begin": 0, "end": 8}) == {}
    assert made.handle({"answers": True}) == {"answers": {101: 8}}
    tried = made.handle({"try": SOCKET, "names": []})
    assert (tried["status"], len(tried["text"])) == (101, 11)
    made.close()
    assert {address for _, _, address, _ in waited} == {(client.HOST, 7)}
    patiences = [patience for path, _, _, patience in waited if path == "/mute"]
    assert patiences == [routes.SOON, *[routes.MOMENT] * 3]
    assert {patience for path, _, _, patience in waited if path == "/live"} == {routes.SOON}


SOCKET, MUTE = ["WEBSOCKET", "/live", "{i}", {}], ["WEBSOCKET", "/mute", None, {}]
