"""Requests that were recorded."""

import json

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import recordings
from find_mem_leaks.subjects.requests import Request

COMMON = '127.0.0.1 - - [10/Oct/2024:13:55:36 +0000] "GET /items?page=2 HTTP/1.1" 200 2326'
COMBINED = '::1 - bob [10/Oct/2024:13:55:36 +0000] "POST /items HTTP/2.0" 201 12 "https://a.example/" "curl/8"'
RUBBISH = '1.2.3.4 - - [10/Oct/2024:13:55:36 +0000] "\\x16\\x03\\x01" 400 226 "-" "-"'


@pytest.fixture
def read(tmp_path):
    def call(text):
        file = tmp_path / "requests"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return recordings.read(str(file))

    return call


def test_an_access_log_has_paths_and_how_often_each_was_asked_for(read):
    log = "\n".join([COMMON, RUBBISH, COMBINED, COMMON])
    assert read(log) == {Request("GET", "/items?page=2"): 2, Request("POST", "/items"): 1}


def test_lines_of_json_have_bodies_and_headers(read):
    lines = [
        {"method": "GET", "path": "/", "headers": {"X-Token": "t"}},
        {"method": "POST", "path": "/items", "body": {"name": "x{i}"}},
        {"method": "PUT", "path": "/note", "body": "text"},
        {"method": "GET", "path": "https://else.example/"},
        {"path": "/"},
    ]
    assert read("\n".join([*map(json.dumps, lines), "{broken"])) == {
        Request("GET", "/", None, (("X-Token", "t"),)): 1,
        Request("POST", "/items", '{"name": "x{i}"}', (("Content-Type", "application/json"),)): 1,
        Request("PUT", "/note", "text"): 1,
    }


def test_what_was_refused_is_no_request_to_measure_by(read):
    refused = '1.2.3.4 - - [10/Oct/2024:13:55:36 +0000] "GET /wp-admin HTTP/1.1" 404 2 "-" "-"'
    assert list(read(f"{COMMON}\n{refused}")) == [Request("GET", "/items?page=2")]
    har = [entry("https://a.example/x", status=404), entry("https://a.example/y")]
    assert list(read(json.dumps({"log": {"entries": har}}))) == [Request("GET", "/y")]
    with pytest.raises(UsageError, match="has no request that was answered below 400"):
        read(refused)


def test_a_har_may_begin_with_a_byte_order_mark(read):
    assert list(read("\ufeff" + json.dumps({"log": {"entries": [entry("https://a.example/x")]}})))


def entry(url, method="GET", status=200, **post):
    request = {"method": method, "url": url, **({"postData": post} if post else {})}
    return {"request": request, "response": {"status": status}}


def test_of_a_har_the_requests_of_its_first_host_are_taken_by_their_paths(read):
    entries = [
        entry("https://shop.example/items?page=1"),
        entry("https://fonts.example/font.woff"),
        entry("https://shop.example/items", "POST", mimeType="application/json", text="{}"),
    ]
    assert read(json.dumps({"log": {"version": "1.2", "entries": entries}})) == {
        Request("GET", "/items?page=1"): 1,
        Request("POST", "/items", "{}", (("Content-Type", "application/json"),)): 1,
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no request that was answered below 400: give a HAR"),
        (bytes(range(256)) * 9, "has no request that was answered below 400: give a HAR"),
        ('{"log": {"entries": [{}]}}', "is a HAR that is damaged: KeyError: 'request'"),
        ('{"log": {"entries": [', "is a HAR that is damaged: JSONDecodeError"),
        ('{"log": {"entries": []}}', "has no request"),
    ],
)
def test_a_file_without_a_request_is_refused_in_one_line(read, text, problem):
    with pytest.raises(UsageError, match=problem):
        read(text)


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match="--requests /no/such cannot be read"):
        recordings.read("/no/such")
