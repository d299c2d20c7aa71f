"""What is read at each look, and what becomes of a count that cannot be read."""

import errno
import subprocess
import sys

import pytest

from find_mem_leaks.measured import looks
from find_mem_leaks.measured.allocators import objects
from find_mem_leaks.measured.probes import descriptors, heap, threads


def test_a_look_reads_memory_and_the_counts_that_were_asked_for():
    look = looks.Looks(["threads", "descriptors"]).look()
    assert look["live_bytes"] > 1_000_000
    assert look["counts"] == {"threads": threads.read(), "descriptors": descriptors.read()}
    assert look["unread"] == {}


def test_a_file_that_is_missing_costs_only_its_own_count():
    look = looks.Looks(["threads", "sockets"]).look()
    assert list(look["counts"]) == ["threads"]
    assert look["unread"] == {
        "sockets": "ModuleNotFoundError: No module named 'find_mem_leaks.measured.probes.sockets'"
    }


@pytest.mark.parametrize(
    ("reading", "error"),
    [(OSError("too\nmany"), "OSError: too many"), ("4", "TypeError: 'str' object cannot be interpreted as an integer")],
)
def test_a_count_that_fails_later_is_left_out_from_there_on(monkeypatch, reading, error):
    readings = iter([1, 2, reading, 4])

    def read():
        found = next(readings)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(descriptors, "read", read)
    each = looks.Looks(["descriptors", "threads"])
    assert each.look()["counts"]["descriptors"] == 2
    for _ in range(2):
        look = each.look()
        assert list(look["counts"]) == ["threads"]
        assert look["unread"] == {"descriptors": error}


@pytest.mark.parametrize("error", [OSError(errno.EMFILE, "too many"), MemoryError()])
def test_a_count_that_fails_for_want_of_what_runs_out_is_what_it_was_before(monkeypatch, error):
    readings = iter([1, 2, error, 4])

    def read():
        found = next(readings)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(descriptors, "read", read)
    each = looks.Looks(["descriptors"])
    found = [each.look() for _ in range(3)]
    assert [look["counts"]["descriptors"] for look in found] == [2, 2, 4]
    assert found[-1]["unread"] == {}


def test_a_look_takes_no_descriptor():
    """In a process of its own, whose limit is as low as it can be."""
    code = (
        "import os, resource, sys\n"
        "from find_mem_leaks.measured import looks\n"
        "names = ['threads', 'descriptors', 'uncollectable', 'shared_memory', 'processes', 'children']\n"
        "each = looks.Looks(names)\n"
        "before = each.look()\n"
        "free = os.dup(0)\n"
        "os.close(free)\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (free, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))\n"
        "after = each.look()\n"
        "print(after['counts'] == before['counts'], after['unread'], after['rss'] > 0)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout == "True {} True\n", ran.stderr


def test_the_allocators_are_named():
    assert looks.allocators().startswith("pymalloc, glibc 2.")


def test_an_allocator_that_tells_too_little_is_noted_from_the_first_such_look_on(monkeypatch):
    reasons = iter(["", "other threads", ""])
    monkeypatch.setattr(heap.allocator, "blind", lambda: next(reasons))
    monkeypatch.setattr(objects, "blind", lambda in_blocks: "" if in_blocks else "hidden")
    each = looks.Looks([])
    unread = [dict(each.look()["unread"]) for _ in range(3)]
    assert unread == [{}, {"heap": "other threads"}, {"heap": "other threads"}]
