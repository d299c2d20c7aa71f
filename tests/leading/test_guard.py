"""What is left of cells is ended when the tool has gone."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from find_mem_leaks.leading import guard, leftovers

# A cell that starts a process in a session of its own, says both numbers, and goes on for ever.
CELL = """
import os, subprocess, sys, time
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(os.getpid(), other.pid, flush=True)
time.sleep(600)
"""
# A tool that begins a cell, says its numbers, and is killed.
TOOL = """
import asyncio, os, signal, subprocess, sys
from find_mem_leaks.leading import guard

cell = subprocess.Popen([sys.executable, "-c", {cell!r}], stdout=subprocess.PIPE, text=True, start_new_session=True,
                        env={{**os.environ, {mark!r}: {directory!r}}})
guard.guard().begun(cell.pid, {directory!r})
print(cell.stdout.readline(), end="", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
PATIENCE = 30


def lives(pid):
    """Whether a process runs; one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_killed_tool_leaves_no_process_of_its_cells(tmp_path):
    text = TOOL.format(cell=CELL, mark=leftovers.MARK, directory=str(tmp_path))
    called = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert called.returncode == -signal.SIGKILL
    pids = list(map(int, called.stdout.split()))
    assert len(pids) == 2
    limit = time.monotonic() + PATIENCE
    while any(map(lives, pids)) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not any(map(lives, pids))


def test_cells_that_have_ended_are_left_alone(monkeypatch):
    killed = []
    monkeypatch.setattr(os, "killpg", lambda pid, _: killed.append(pid))
    monkeypatch.setattr(leftovers, "family", lambda _: [])
    monkeypatch.setattr(leftovers, "end", lambda known, directory: killed.append(directory))
    lines = [[7, "/a"], [8, "/b"], [7, None]]
    guard.watch(io.StringIO("".join(json.dumps(line) + "\n" for line in lines)))
    assert killed == [8, "/b"]


def test_a_guard_ends_with_the_tool_and_hears_no_ctrl_c():
    found = guard.Guard()
    process = found._process
    assert os.getsid(process.pid) == process.pid
    found.begun(2**22 + 1, "/nowhere")
    found.ended(2**22 + 1)
    found._end()
    assert process.returncode == 0


@pytest.fixture(autouse=True)
def _forget():
    yield
    guard.guard.cache_clear()
