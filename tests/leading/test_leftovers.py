"""What a cell leaves behind is ended, and nothing else is."""

import os
import subprocess
import sys

import psutil
import pytest

from find_mem_leaks.leading import leftovers

SLEEP = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"]


@pytest.fixture
def start():
    """Start a process of its own session that bears a cell's mark."""
    started = []

    def process(mark):
        environment = {**os.environ, leftovers.MARK: mark}
        one = subprocess.Popen(SLEEP, env=environment, start_new_session=True, stdout=subprocess.PIPE)
        started.append(one)
        one.stdout.readline()
        return one

    yield process
    for one in started:
        one.kill()
        one.wait()
        one.stdout.close()


def test_a_process_with_the_mark_is_ended_and_that_of_another_cell_is_not(start):
    ours, other = start("/a/cell"), start("/another/cell")
    leftovers.end([], "/a/cell")
    assert ours.wait(10) < 0
    assert other.poll() is None


def test_known_descendants_are_ended_without_a_mark(start):
    other = start("/another/cell")
    known = [process for process in leftovers.family(os.getpid()) if process.pid == other.pid]
    leftovers.end(known, "/a/cell")
    assert other.wait(10) < 0


def test_a_process_that_has_gone_has_no_family_and_is_not_ended_again(start):
    one = start("/a/cell")
    process = psutil.Process(one.pid)
    one.kill()
    one.wait()
    leftovers.end([process], "/a/cell")
    assert leftovers.family(one.pid) == []


def test_the_tool_does_not_end_itself(monkeypatch):
    leftovers.end([psutil.Process()], "/a/cell")


def test_what_goes_on_starting_others_is_given_up_at_last(monkeypatch):
    tries = []
    monkeypatch.setattr(leftovers, "_marked", lambda _: [psutil.Process()])
    monkeypatch.setattr(leftovers, "_kill", tries.append)
    leftovers.end([], "/a/cell")
    assert len(tries) == leftovers.SWEEPS
