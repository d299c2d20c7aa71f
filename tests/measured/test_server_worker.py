"""A worker process of a server, seen from within: what it counts, and what it answers."""

import asyncio
import json
import socket
import threading
import time

import pytest

from find_mem_leaks.measured import finishing, server_worker


def test_an_asgi_application_is_settled_when_no_request_is_in_flight_and_its_tasks_are_over():
    done = []

    async def application(scope, receive, send):
        if scope["type"] == "http":
            asyncio.get_running_loop().create_task(late())
            await asyncio.sleep(0.05)
            done.append("request")

    async def late():
        await asyncio.sleep(0.1)
        done.append("task")

    async def serve():
        counted = server_worker.Asgi(application)
        await counted({"type": "lifespan"}, None, None)
        await asyncio.to_thread(counted.settle)
        serving = asyncio.create_task(counted({"type": "http"}, None, None))
        await asyncio.sleep(0.01)
        await asyncio.to_thread(counted.settle)
        await serving

    asyncio.run(serve())
    assert sorted(done) == ["request", "task"]


def test_a_request_that_never_ends_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(finishing, "PATIENCE", 0.05)

    async def application(scope, receive, send):
        await asyncio.Event().wait()

    async def serve():
        counted = server_worker.Asgi(application)
        request = asyncio.create_task(counted({"type": "http"}, None, None))
        await asyncio.sleep(0.01)
        await asyncio.wait_for(asyncio.to_thread(counted.settle), 20)
        request.cancel()

    asyncio.run(serve())


def test_a_task_that_never_ends_is_waited_for_once(monkeypatch):
    monkeypatch.setattr(finishing, "PATIENCE", 0.05)

    async def application(scope, receive, send):
        kept.append(asyncio.create_task(asyncio.sleep(60)))

    async def serve():
        counted = server_worker.Asgi(application)
        counted._loop = asyncio.get_running_loop()
        await asyncio.to_thread(counted.settle)
        await counted({"type": "http"}, None, None)
        started = time.monotonic()
        await asyncio.to_thread(counted.settle)
        return time.monotonic() - started

    kept = []
    assert asyncio.run(serve()) < 5


def test_a_request_of_wsgi_is_over_when_its_response_is_closed():
    closed = []

    class Body:
        def __iter__(self):
            return iter([b"a", b"b"])

        def close(self):
            closed.append(True)

    counted = server_worker.Wsgi(lambda environ, start_response: Body())
    response = counted({}, None)
    waiting = threading.Thread(target=counted.settle)
    waiting.start()
    assert list(response) == [b"a", b"b"]
    assert waiting.is_alive()
    response.close()
    waiting.join(5)
    assert (waiting.is_alive(), closed) == (False, [True])


def test_a_request_of_wsgi_that_raises_is_over():
    counted = server_worker.Wsgi(lambda environ, start_response: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        counted({}, None)
    counted.settle()


def test_a_worker_says_who_it_is_and_answers_what_it_is_asked():
    settled = []

    class Counted:
        def settle(self):
            settled.append(True)

    ours, theirs = socket.socketpair()
    answers = server_worker.Answers(Counted(), ["threads"])
    thread = threading.Thread(target=answers.serve, args=(theirs,))
    thread.start()
    lines = ours.makefile()
    hello = json.loads(lines.readline())
    assert hello["pid"] > 0
    assert hello["allocator"]
    replies = []
    for asked in ({"do": "begin", "find": True}, {"do": "look"}, {"do": "end"}, {"do": "caps"}):
        ours.sendall(json.dumps(asked).encode() + b"\n")
        replies.append(json.loads(lines.readline()))
    lines.close()
    ours.close()
    thread.join(5)
    theirs.close()
    begun, look, ended, caps = replies
    assert begun["rss"] > 0
    assert look["live_bytes"] > 0
    assert look["counts"]["threads"] >= 1
    assert set(ended) == {"rss", "anonymous", "peak", "exact"}
    assert isinstance(caps["caps"], list)
    assert len(settled) == 2
