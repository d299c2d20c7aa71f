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


def test_an_access_log_has_paths_and_each_is_taken_once(read):
    log = "\n".join([COMMON, RUBBISH, COMBINED, COMMON])
    assert read(log) == [Request("GET", "/items?page=2"), Request("POST", "/items")]


def test_lines_of_json_have_bodies_and_headers(read):
    lines = [
        {"method": "GET", "path": "/", "headers": {"X-Token": "t"}},
        {"method": "POST", "path": "/items", "body": {"name": "x{i}"}},
        {"method": "PUT", "path": "/note", "body": "text"},
        {"method": "GET", "path": "https://else.example/"},
        {"path": "/"},
    ]
    assert read("\n".join([*map(json.dumps, lines), "{broken"])) == [
        Request("GET", "/", None, (("X-Token", "t"),)),
        Request("POST", "/items", '{"name": "x{i}"}', (("Content-Type", "application/json"),)),
        Request("PUT", "/note", "text"),
    ]


def entry(url, method="GET", **post):
    return {"request": {"method": method, "url": url, **({"postData": post} if post else {})}}


def test_of_a_har_the_requests_of_its_first_host_are_taken_by_their_paths(read):
    entries = [
        entry("https://shop.example/items?page=1"),
        entry("https://fonts.example/font.woff"),
        entry("https://shop.example/items", "POST", mimeType="application/json", text="{}"),
    ]
    assert read(json.dumps({"log": {"version": "1.2", "entries": entries}})) == [
        Request("GET", "/items?page=1"),
        Request("POST", "/items", "{}", (("Content-Type", "application/json"),)),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no request: give a HAR"),
        (bytes(range(256)) * 9, "has no request: give a HAR"),
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
