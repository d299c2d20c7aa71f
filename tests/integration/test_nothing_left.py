"""Whatever ends a run of an application, none of its processes goes on: of the tool, the server, the client, or of the
application, in a session of its own too."""

import os
import signal
import subprocess
import sys
import time
import uuid

import psutil
import pytest

from find_mem_leaks import errors

PATIENCE = 120
# An application that starts a process in a session of its own, and that does not answer any more once it is measured.
SHOP = """
import asyncio, os, subprocess, sys
from pathlib import Path

HERE = Path(__file__).parent
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"], start_new_session=True)


class Shop:
    calls = 0

    def openapi(self):
        return {"paths": {"/": {"get": {}}}}

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            raise RuntimeError("no lifespan")
        Shop.calls += 1
        if (HERE / "dies").exists():
            os._exit(7)
        if Shop.calls > 20 and (HERE / "hangs").exists():
            (HERE / "begun").touch()
            await asyncio.sleep(3600)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


app = Shop()
"""


@pytest.fixture
def here(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    return tmp_path


@pytest.fixture
def called(here):
    """Start a run in a group of its own, whose processes are known by a variable; say which of them are alive."""
    mark = uuid.uuid4().hex

    def alive():
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("MARK_OF_TEST") == mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.Error, OSError):
                pass
        return found

    def start(*words):
        environment = {**os.environ, "MARK_OF_TEST": mark}
        tool = [sys.executable, "-m", "find_mem_leaks", "run", "shop:app", "--quick", "--time-cap", "3", "-q", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return subprocess.Popen(tool, cwd=here, env=environment, start_new_session=True, **pipes)
        finally:
            signal.signal(signal.SIGINT, before)

    yield start, alive
    for process in alive():
        process.kill()


def wait(condition):
    limit = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < limit:
        time.sleep(0.05)
    return condition()


@pytest.mark.parametrize(("file", "code"), [(None, errors.CLEAN), ("dies", errors.FAILED)])
def test_nothing_is_left_of_a_run_that_ends(here, called, file, code):
    start, alive = called
    if file:
        (here / file).touch()
    with start() as tool:
        said, _ = tool.communicate(timeout=PATIENCE)
    assert tool.returncode == code, said
    assert alive() == []


@pytest.mark.parametrize(
    ("number", "is_of_group", "code"),
    [
        (signal.SIGINT, True, errors.INTERRUPTED),
        (signal.SIGTERM, False, errors.INTERRUPTED),
        (signal.SIGKILL, False, -signal.SIGKILL),
    ],
)
def test_nothing_is_left_of_a_run_that_is_ended(here, called, number, is_of_group, code):
    start, alive = called
    (here / "hangs").touch()
    with start() as tool:
        assert wait((here / "begun").exists)
        assert len(alive()) >= 4
        (os.killpg if is_of_group else os.kill)(tool.pid, number)
        said, _ = tool.communicate(timeout=PATIENCE)
    assert tool.returncode == code, said
    assert wait(lambda: not alive())
