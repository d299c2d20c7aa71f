"""Requests as a person writes them."""

import base64

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import requests
from find_mem_leaks.subjects.requests import Counterpart, Maker, Request


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("GET /", Request("GET", "/")),
        (" GET  /items?q=x{i} ", Request("GET", "/items?q=x{i}")),
        (
            'POST /items {"name": "x{i}", "n": {i}}',
            Request("POST", "/items", '{"name": "x{i}", "n": {i}}', (("Content-Type", "application/json"),)),
        ),
        (
            "POST /login user=a&password=b",
            Request("POST", "/login", "user=a&password=b", (("Content-Type", "application/x-www-form-urlencoded"),)),
        ),
        ("PUT /note some text", Request("PUT", "/note", "some text", (("Content-Type", "text/plain"),))),
    ],
)
def test_a_request_is_a_method_a_path_and_a_body(text, request_):
    assert requests.parse(text) == request_


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("/items", "has no method such as GET"),
        ("get /items", "has no method such as GET"),
        ("", "has no method such as GET"),
        ("GET", "has no path such as /items"),
        ("GET https://example.com/", "requests go to the application alone"),
        ("GET /ä", "to be written as %XX"),
        ("GET /a\r\nX: y", "to be written as %XX"),
    ],
)
def test_what_is_none_is_refused(text, problem):
    with pytest.raises(UsageError, match=problem):
        requests.parse(text)


def test_headers_cookies_and_authentication_go_with_all_requests():
    found = requests.headers(["X-Token: a b"], ["session=abc", "theme=dark"], "user:pass:word")
    basic = base64.b64encode(b"user:pass:word").decode()
    assert found == [("X-Token", "a b"), ("Cookie", "session=abc; theme=dark"), ("Authorization", f"Basic {basic}")]
    request = requests.parse("POST / {}").with_headers([("content-type", "application/x"), ("X-Token", "a")])
    assert request.headers == (("content-type", "application/x"), ("X-Token", "a"))
    assert request.route == ["POST", "/", "{}", {"content-type": "application/x", "X-Token": "a"}]


def test_cookies_that_are_given_go_with_those_that_a_route_requires():
    request = requests.parse("GET /").with_headers([("Cookie", "lang=x; tab=1")])
    assert request.with_headers([("cookie", "session=abc; tab=2")]).headers == (
        ("cookie", "lang=x; tab=2; session=abc"),
    )


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ((["X-Token"], [], None), "is not a header"),
        ((["X-Token: a\r\nX: y"], [], None), "is not a header"),
        (([], ["session"], None), "is not a cookie"),
        (([], [], "user"), "--auth takes user:password"),
    ],
)
def test_what_is_no_header_is_refused(given, problem):
    with pytest.raises(UsageError, match=problem):
        requests.headers(*given)


def test_a_request_is_told_with_its_counterpart():
    request = Request("POST", "/items", "{}", counterpart=Counterpart("DELETE", "/items/{made}", "item_id"))
    told = ["DELETE", "/items/{made}", ["item_id", "id", "uuid", "pk"]]
    assert request.route == ["POST", "/items", "{}", {}, told, None]
    assert str(request) == "POST /items {}, then DELETE /items/{item_id}"
    assert str(Request("PUT", "/a/{i}", counterpart=Counterpart("DELETE", "/a/{i}", ""))).endswith("then DELETE /a/{i}")


def test_a_request_is_told_with_what_makes_what_it_needs():
    maker = Maker(Request("POST", "/items", "{}"), "item_id")
    request = Request("GET", "/items/{made}", maker=maker)
    told = [["POST", "/items", "{}", {}], ["item_id", "id", "uuid", "pk"]]
    assert request.route == ["GET", "/items/{made}", None, {}, None, told]
    assert str(request) == "GET /items/{item_id} of POST /items {}"


def test_what_is_none_is_refused_by_its_option():
    with pytest.raises(UsageError, match="--login 'POST' has no path"):
        requests.parse("POST", "--login")
