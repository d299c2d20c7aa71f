"""What the answers to logins give."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from find_mem_leaks.measured import logins


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.seen.append((self.path, body, self.headers.get("Cookie"), self.headers.get("Authorization")))
        status, cookies, said = self.server.answers.pop(0)
        text = json.dumps(said).encode()
        self.send_response(status)
        for cookie in cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = answer  # noqa: N815 - the standard library's names

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        found.daemon_threads = True
        found.block_on_close = False
        found.seen, found.answers = [], []
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


def logged_in(server, *requests):
    session = logins.Session()
    connection = http.client.HTTPConnection(*server.server_address, timeout=10)
    failure = session.log_in(connection, requests, "7")
    connection.close()
    return session, failure


def test_a_token_goes_as_a_bearer_unless_it_is_said_how(server):
    server.answers += [(200, [], {"data": {"token": "abc"}})]
    session, failure = logged_in(server, ["POST", "/token", "a=b", {}])
    assert failure == ""
    assert session.headers({"X": "y"}) == {"X": "y", "Authorization": "Bearer abc"}
    assert session.headers({"Authorization": "Token {token}"}) == {"Authorization": "Token abc"}
    assert session.headers({"X-Token": "{token}"}) == {"X-Token": "abc"}


def test_cookies_of_all_logins_go_together(server):
    server.answers += [(200, ["csrftoken=c1; Path=/"], ""), (302, ["sessionid=s1; HttpOnly"], "")]
    requests = [["GET", "/login", None, {}], ["POST", "/login", "csrf={csrftoken}&n={i}", {}]]
    session, failure = logged_in(server, *requests)
    assert failure == ""
    assert server.seen == [("/login", "", None, None), ("/login", "csrf=c1&n=7", "csrftoken=c1", None)]
    headers = session.headers({"cookie": "own=1", "X-CSRFToken": "{csrftoken}"})
    assert headers == {"X-CSRFToken": "c1", "Cookie": "csrftoken=c1; sessionid=s1; own=1"}


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ([(401, [], {"detail": "no"})], 'POST /token answered 401 ({"detail": "no"})'),
        ([(200, [], "hello")], 'POST /token answered 200 and gave neither a token nor a cookie ("hello")'),
    ],
)
def test_a_login_that_gives_nothing_is_said(server, answers, failure):
    server.answers += answers
    assert logged_in(server, ["POST", "/token", "a=b", {}])[1] == failure


def test_a_session_that_is_kept_on_the_server_has_the_same_cookie_before_and_after(server):
    server.answers += [(200, ["sid=s1"], ""), (303, ["sid=s1"], "")]
    session, failure = logged_in(server, ["GET", "/login", None, {}], ["POST", "/login", "a=b", {}])
    assert (failure, session.cookies) == ("", {"sid": "s1"})


def test_only_the_last_of_several_must_give_something(server):
    server.answers += [(201, [], {}), (200, [], {"jwt": "abc"})]
    session, failure = logged_in(server, ["POST", "/register", "n=x{i}", {}], ["POST", "/token", "n=x{i}", {}])
    assert (session.token, failure) == ("abc", "")
    assert {body for _, body, _, _ in server.seen} == {"n=x7"}


def test_a_login_without_an_answer_is_said(server):
    server.shutdown()
    server.server_close()
    assert "POST /token was not answered: " in logged_in(server, ["POST", "/token", "a=b", {}])[1]
