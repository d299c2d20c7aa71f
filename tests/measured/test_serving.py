"""What servers tell of an application: the exceptions that leave it."""

import asyncio
import sys
import threading
from types import SimpleNamespace

import pytest

from find_mem_leaks.measured import finishing, serving
from find_mem_leaks.measured.serving import KEEP_ALIVE, Recording, RecordingWsgi, Uvicorn, Waitress, in_brackets, refuse


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


def test_a_handler_of_a_websocket_that_reads_until_its_client_has_gone_has_not_failed():
    disconnected = type("WebSocketDisconnect", (Exception,), {})

    async def reading(scope, receive, send):
        raise disconnected

    recording = Recording(reading)
    for kind in ("http", "websocket"):
        with pytest.raises(disconnected):
            asyncio.run(recording({"type": kind}, None, None))
        assert (recording.take_error() is None) is (kind == "websocket")


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


def uvicorn(as_deployed=False):
    """One that has started with nothing under way."""
    made = Uvicorn(quiet, "off", as_deployed=as_deployed)
    made._server = SimpleNamespace(
        server_state=SimpleNamespace(tasks=set(), connections=set()), should_exit=False, force_exit=False
    )
    made._usual = serving.WeakSet(asyncio.all_tasks())
    made._listener = None
    return made


def test_it_has_finished_once_all_tasks_have_ended_but_those_that_there_were_at_first():
    async def main():
        of_the_lifespan = asyncio.ensure_future(asyncio.Event().wait())
        made, ended = uvicorn(), []

        async def background():
            await asyncio.sleep(0.05)
            ended.append(True)

        task = asyncio.ensure_future(background())
        await made.finished()
        of_the_lifespan.cancel()
        return ended, task.done(), made.never_ends

    assert asyncio.run(main()) == ([True], True, 0)


def test_a_task_that_never_ends_is_given_up_and_named(monkeypatch):
    monkeypatch.setattr(finishing, "PATIENCE", 0.05)

    async def forever():
        await asyncio.Event().wait()

    async def main():
        made = uvicorn()
        task = asyncio.ensure_future(forever())
        await made.finished()
        named = [each.get_coro().__qualname__ for each in await made.unended()]
        task.cancel()
        return made.never_ends, named

    never_ends, [name] = asyncio.run(main())
    assert never_ends == 1
    assert name.endswith("forever")


def test_connections_count_where_it_is_as_deployed(monkeypatch):
    waiting = [1, 0, 0, 0]
    monkeypatch.setattr(serving, "waiting", lambda _: waiting.pop(0))

    async def main():
        made = uvicorn(as_deployed=True)
        made._server.server_state.connections.add("one")
        counts = [made._under_way()]
        made._server.server_state.connections.clear()
        await made.finished()
        return counts, made._configuration()

    counts, configuration = asyncio.run(main())
    assert (counts, waiting) == ([2], [])
    assert "timeout_keep_alive" not in configuration
    assert Uvicorn(quiet, "off")._configuration()["timeout_keep_alive"] == KEEP_ALIVE


@pytest.mark.parametrize(("never_ends", "forced"), [(0, False), (3, True)])
def test_a_server_is_not_left_to_wait_for_what_never_ends(monkeypatch, never_ends, forced):
    monkeypatch.setattr(serving, "FAREWELL_SECONDS", 0.05)

    async def main():
        made = uvicorn()
        made._server.server_state.tasks.add("request")
        made._finishing.never_ends = never_ends
        made._serving = asyncio.ensure_future(asyncio.Event().wait())  # an application that waits for it itself
        await made.stop()
        return made._server.should_exit, made._server.force_exit

    assert asyncio.run(main()) == (True, forced)


def test_the_port_of_waitress_is_a_number(monkeypatch):
    server = SimpleNamespace(effective_port="8080", run=lambda: None)
    monkeypatch.setitem(sys.modules, "waitress", SimpleNamespace(create_server=lambda *_, **__: server))
    assert Waitress(None).start() == 8080


def test_threads_and_connections_of_waitress_are_waited_for(monkeypatch):
    monkeypatch.setattr(serving, "waiting", lambda _: 1)
    dispatcher = SimpleNamespace(queue=["one"], active_count=1)
    server = SimpleNamespace(task_dispatcher=dispatcher, active_channels={5: "one"}, socket=None)
    made = Waitress(None)
    made._server = server
    assert made._under_way() == 2
    deployed = Waitress(None, as_deployed=True)
    deployed._server = server
    assert deployed._under_way() == 4
