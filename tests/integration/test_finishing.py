"""A look is taken when the server has finished, and what never ends is named: applications behind a real server."""

import sys

import pytest

from find_mem_leaks import commands, errors, results

APPLICATION = """
import asyncio

HELD = 200_000
kept = []


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        return await lifespan(receive, send)
    await ROUTES[scope["path"]](send)


async def lifespan(receive, send):
    await receive()
    task = asyncio.ensure_future(ticking())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await task  # which never ends


async def ticking():
    while True:
        await asyncio.sleep(0.01)


async def begin(send, body=b"ok", more=False):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-served", b"yes")]})
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def background(send):
    held = bytearray(HELD)
    await begin(send)
    await asyncio.sleep(0.03)
    del held


async def of_its_own(send):
    held = asyncio.ensure_future(holding(bytearray(HELD)))
    kept[:] = [held]
    await begin(send)


async def holding(held):
    await asyncio.sleep(0.03)
    kept.clear()


async def streaming(send):
    held = bytearray(HELD)
    await begin(send, b"x" * 1000, more=True)
    for _ in range(5):
        await asyncio.sleep(0.002)
        await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
    await asyncio.sleep(0.03)
    del held


async def unanswered(send):
    held = bytearray(1_000)
    await begin(send)
    await asyncio.sleep(3600)  # the request
    del held


async def forgotten(send):
    asyncio.ensure_future(waiting(bytearray(1_000)))
    await begin(send)


async def waiting(held):
    await asyncio.sleep(3600)  # the task


ROUTES = {
    "/background": background,
    "/of-its-own": of_its_own,
    "/streaming": streaming,
    "/unanswered": unanswered,
    "/forgotten": forgotten,
}
"""
HELD = 200_000


@pytest.fixture
def cell(tmp_path):
    """The cell of one path of the application."""

    def call(path, operations):
        folder = tmp_path / "shop"
        folder.mkdir()
        (folder / "shop.py").write_text(APPLICATION)
        words = ["run", "shop:application", "--app-dir", str(folder), "--python", sys.executable]
        words += ["--request", f"GET {path}", "--rounds", "3", "--operations", str(operations), "--no-explain"]
        file = tmp_path / "results.json"
        code = commands.call([*words, "-q", "--no-table", "-f", "-o", str(file)])
        [found] = results.read(file)
        assert (found.error, code != errors.USAGE) == (None, True)
        return found

    return call


@pytest.mark.parametrize("path", ["/background", "/of-its-own", "/streaming"])
def test_what_ends_after_the_response_is_waited_for(cell, path):
    """And a task of the lifespan is not: it is there all the time."""
    found = cell(path, 60)
    looks = [sample.live_bytes for round_ in found.rounds[1:] for sample in round_.samples]
    assert max(looks) - min(looks) < HELD
    assert found.unended == ()


@pytest.mark.parametrize(
    ("path", "name", "comment"),
    [("/unanswered", "unanswered", "# the request"), ("/forgotten", "waiting", "# the task")],
)
def test_a_task_that_never_ends_is_no_hang_and_is_named(cell, path, name, comment):
    found = cell(path, 60)
    [unended] = found.unended
    assert (unended.name, unended.number) == (name, 3 * 60)
    assert unended.file.endswith("shop.py")
    assert comment in APPLICATION.splitlines()[unended.line - 1]
    assert f"180 tasks never end: {name}(), at" in found.reason
    first, last = found.rounds[1].samples[0], found.rounds[-1].samples[-1]
    assert last.live_bytes - first.live_bytes > 1_000 * (last.operations - first.operations)
