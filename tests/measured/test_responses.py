"""Answers as they come in, whole and in pieces, and what ends them."""

import http.client

import pytest

from find_mem_leaks.measured import responses
from find_mem_leaks.measured.responses import Answer, Response

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1;x=y\r\n!\r\n0\r\n\r\n"


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    ("data", "answer", "closes"),
    [
        (OK, Answer(200, b"ok"), False),
        (CHUNKED, Answer(200, b"ok!"), False),
        (CHUNKED[:-2] + b"X-Sum: 1\r\n\r\n", Answer(200, b"ok!"), False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", Answer(204, b""), False),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, Answer(200, b"ok"), False),
        (b"HTTP/1.1 302 Found\r\nLOCATION: /y\r\nContent-Length: 0\r\n\r\n", Answer(302, b"", "/y"), False),
        (OK.replace(b"\r\n\r\n", b"\r\nConnection: Close\r\n\r\n"), Answer(200, b"ok"), True),
        (OK.replace(b"1.1", b"1.0"), Answer(200, b"ok"), True),
        (OK.replace(b"1.1 200 OK", b"1.0 200 OK\r\nConnection: keep-alive"), Answer(200, b"ok"), False),
    ],
)
def test_an_answer_is_whole_with_its_last_byte(data, size, answer, closes):
    response = Response({})
    *before, last = [response.take(data[at : at + size]) for at in range(0, len(data), size)]
    assert (set(before) | {None}, last, response.closes) == ({None}, answer, closes)


def test_an_answer_to_head_has_no_body():
    assert Response({}, has_body=False).take(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n") == Answer(200, b"")


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.0 200 OK\r\nX: y\r\n\r\n"])
def test_where_nothing_tells_the_end_the_connection_does(first):
    response = Response({})
    assert [response.take(first + b"to "), response.take(b"the end")] == [None, None]
    assert (response.closes, response.end()) == (True, Answer(200, b"to the end"))


@pytest.mark.parametrize("data", [b"HTTP/1.1 2", OK[:-1], CHUNKED[:-4]])
def test_an_answer_that_is_cut_off_is_an_error(data):
    response = Response({})
    assert response.take(data) is None
    with pytest.raises(http.client.IncompleteRead):
        response.end()
    with pytest.raises(http.client.RemoteDisconnected):
        Response({}).end()


def test_heads_that_are_alike_are_read_once_and_not_kept_for_ever():
    heads = {}
    for number in range(responses.MOST_HEADS * 3):
        for _ in range(2):
            Response(heads).take(OK.replace(b"OK", b"%d" % number))
    assert 0 < len(heads) <= responses.MOST_HEADS


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"SSH-2.0 hello\r\n\r\n", http.client.BadStatusLine),
        (b"HTTP/1.1 no OK\r\n\r\n", http.client.BadStatusLine),
        (CHUNKED.replace(b"2\r\nok", b"two\r\nok"), http.client.HTTPException),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * responses.LARGEST_HEAD, http.client.LineTooLong),
    ],
)
def test_what_is_no_answer_is_an_error_of_http_client(data, error):
    with pytest.raises(error):
        Response({}).take(data)


def test_an_answer_is_shown_on_one_line():
    assert Answer(200, b"a\n  b\xff" + b"c" * 900).shown() == "a b\ufffd" + "c" * (responses.SHOWN - 4)
