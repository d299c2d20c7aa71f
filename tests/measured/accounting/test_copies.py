"""Answers of a copy of this process, which leaves nothing behind."""

import gc
import os
import resource
import signal
import threading
import time
from pathlib import Path

import pytest

from find_mem_leaks.measured.accounting import copies


def _descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


def _children():
    return [file.read_text() for file in sorted(Path("/proc/self/task").glob("*/children"))]


def test_a_copy_answers_and_leaves_nothing():
    descriptors, children = _descriptors(), _children()
    assert copies.ask(lambda: {"copy_of": os.getppid(), "collects": gc.isenabled()}, {}) == {
        "copy_of": os.getpid(),
        "collects": False,
    }
    assert _descriptors() <= descriptors
    assert {*_children()} <= {*children}


def test_a_copy_is_made_of_a_process_with_threads_too_without_a_warning():
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert copies.ask(lambda: {"threads": threading.active_count()}, {}) == {"threads": 1}
    finally:
        end.set()
        thread.join()


@pytest.mark.parametrize("question", [lambda: time.sleep(600), lambda: {}["missing"]])
def test_a_copy_that_does_not_answer_is_given_up(monkeypatch, question):
    monkeypatch.setattr(copies, "_PATIENCE", 0.5)
    descriptors, children = _descriptors(), _children()
    assert copies.ask(question, "unknown") == "unknown"
    assert _descriptors() <= descriptors
    assert {*_children()} <= {*children}


def test_where_no_copy_can_be_made_nothing_is_said(monkeypatch):
    def refuse():
        raise OSError("no more processes")

    descriptors = _descriptors()
    monkeypatch.setattr(os, "fork", refuse)
    assert copies.ask(dict, "unknown") == "unknown"
    assert _descriptors() <= descriptors
    monkeypatch.delattr(os, "fork")
    assert copies.ask(dict, "unknown") == "unknown"


def test_a_copy_answers_where_more_descriptors_are_open_than_select_takes():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 2_048), hard), hard))
    lost = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_100)]
    try:
        assert lost[-1] > 1_024
        assert copies.ask(lambda: "answered", "unknown") == "answered"
    finally:
        for descriptor in lost:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_where_no_descriptor_is_left_nothing_is_said(monkeypatch):
    def refuse():
        raise OSError("too many open files")

    monkeypatch.setattr(os, "pipe", refuse)
    assert copies.ask(dict, "unknown") == "unknown"


@pytest.mark.parametrize("handler", [signal.SIG_IGN, lambda *_: os.waitpid(-1, os.WNOHANG)])
def test_a_workload_that_waits_for_every_child_or_for_none_does_not_lose_the_answer(handler):
    before = signal.signal(signal.SIGCHLD, handler)
    try:
        assert [copies.ask(lambda: "answered", "unknown") for _ in range(5)] == ["answered"] * 5
    finally:
        signal.signal(signal.SIGCHLD, before)
