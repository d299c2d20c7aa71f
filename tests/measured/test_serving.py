"""What servers tell of an application: the exceptions that leave it."""

import asyncio
import sys
import threading

import pytest

from find_mem_leaks.measured.serving import Recording, RecordingWsgi, in_brackets, refuse


async def quiet(scope, receive, send):
    await send(scope)


async def failing(scope, receive, send):
    raise KeyError(scope)


def test_an_application_that_answers_leaves_no_error():
    recording, sent = Recording(quiet), []

    async def send(message):
        sent.append(message)

    asyncio.run(recording("scope", None, send))
    assert sent == ["scope"]
    assert recording.take_error() is None


def test_an_exception_goes_on_its_way_and_is_taken_once():
    recording = Recording(failing)
    with pytest.raises(KeyError):
        asyncio.run(recording("one", None, None))
    assert repr(recording.take_error()) == "KeyError('one')"
    assert recording.take_error() is None


def test_the_last_exception_is_the_one_that_is_told():
    recording = Recording(failing)
    for scope in ("one", "two"):
        with pytest.raises(KeyError):
            asyncio.run(recording(scope, None, None))
    assert in_brackets(recording.take_error()) == " (KeyError: 'two')"
    assert in_brackets(None) == ""


def test_an_exception_that_leaves_a_wsgi_application_is_taken_too():
    def application(environ, start_response):
        raise KeyError(environ)

    recording = RecordingWsgi(application)
    with pytest.raises(KeyError):
        recording("one", None)
    assert repr(recording.take_error()) == "KeyError('one')"


def test_a_thread_of_the_server_is_traced_as_threads_that_begin_later():
    traces = []
    recording = RecordingWsgi(lambda environ, start_response: traces.append(sys.gettrace()))

    def trace(frame, event, argument):
        return None

    def hooks():
        for hook in (None, trace, None):
            threading.settrace(hook)
            recording({}, None)

    before = threading.gettrace()
    try:
        thread = threading.Thread(target=hooks)
        thread.start()
        thread.join()
    finally:
        threading.settrace(before)
    assert traces == [None, trace, None]


def test_what_a_client_complains_of_comes_with_what_the_application_raised():
    with pytest.raises(RuntimeError, match=r"GET / answered 500 \(KeyError: 'one'\)"):
        refuse({"error": "GET / answered 500"}, KeyError("one"))
    with pytest.raises(RuntimeError, match=r"an exception came after the response \(KeyError: 'one'\)"):
        refuse({}, KeyError("one"))
    refuse({}, KeyError("one"), fails_on_purpose=True)
    refuse({}, None)
