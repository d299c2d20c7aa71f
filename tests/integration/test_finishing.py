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


PATHS = ["/background", "/of-its-own", "/streaming", "/unanswered", "/forgotten"]


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """The cells of the application by their paths: all at once, since most of their time they wait."""
    folder, file = tmp_path_factory.mktemp("shop"), tmp_path_factory.mktemp("found") / "results.json"
    (folder / "shop.py").write_text(APPLICATION)
    asked = [word for path in PATHS for word in ("--request", f"GET {path}", "-s", f"GET {path}")]
    words = ["run", "shop:application", "--app-dir", str(folder), "--python", sys.executable, *asked, "--no-explain"]
    words += ["--rounds", "3", "--operations", "60", "-j", str(len(PATHS)), "-q", "--no-table", "-o", str(file)]
    assert commands.call(words) != errors.USAGE
    return {cell.scenario.partition(" ")[2]: cell for cell in results.read(file)}


@pytest.mark.parametrize("path", ["/background", "/of-its-own", "/streaming"])
def test_what_ends_after_the_response_is_waited_for(cells, path):
    """And a task of the lifespan is not: it is there all the time."""
    found = cells[path]
    assert found.error is None
    looks = [sample.live_bytes for round_ in found.rounds[1:] for sample in round_.samples]
    assert max(looks) - min(looks) < HELD
    assert found.unended == ()


@pytest.mark.parametrize(
    ("path", "name", "comment"),
    [("/unanswered", "unanswered", "# the request"), ("/forgotten", "waiting", "# the task")],
)
def test_a_task_that_never_ends_is_no_hang_and_is_named(cells, path, name, comment):
    found = cells[path]
    assert found.error is None
    [unended] = found.unended
    assert (unended.name, unended.number) == (name, 3 * 60)
    assert unended.file.endswith("shop.py")
    assert comment in APPLICATION.splitlines()[unended.line - 1]
    assert f"180 tasks never end: {name}(), at" in found.reason
    first, last = found.rounds[1].samples[0], found.rounds[-1].samples[-1]
    assert last.live_bytes - first.live_bytes > 1_000 * (last.operations - first.operations)
