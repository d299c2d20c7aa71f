"""The process that sends the requests, as the server's end sees it."""

import sys

import pytest

from find_mem_leaks.measured import family, sender


def test_the_process_that_sends_the_requests_is_none_of_the_stacks(monkeypatch):
    left_out = []
    monkeypatch.setattr(family, "leave_out", left_out.append)
    sender.leave_out(99)
    assert left_out == [99]
    monkeypatch.setitem(sys.modules, "find_mem_leaks.measured.family", None)
    monkeypatch.delattr("find_mem_leaks.measured.family")
    sender.leave_out(98)
    assert left_out == [99]


def test_its_end_is_told():
    with pytest.raises(RuntimeError, match="the process that sends the requests has ended"):
        sender._read(b"")
