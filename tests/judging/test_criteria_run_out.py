"""The tests of what an operation failed for want of."""

import pytest

from find_mem_leaks.judging.criteria import RUN_OUT, put
from find_mem_leaks.judging.evidence import Evidence
from find_mem_leaks.judging.failure import Ceiling, Failure, Raised
from find_mem_leaks.judging.probes import (
    BLOCKS,
    CHILD_PROCESSES,
    FILE_DESCRIPTORS,
    LIVE_BYTES,
    MAPPED_PAGES,
    RESIDENT_PAGES,
)
from find_mem_leaks.judging.rules import Rules
from series_of import series

FLAT = lambda n: 0  # noqa: E731
BUG = ("ValueError", "", "a bug")
NO_DESCRIPTOR = ("OSError", "EMFILE", "too many open files")
NO_MEMORY = ("MemoryError", "", "")


def ran_out(measured, probe, raised, *ceiling):
    failure = Failure(1, (Raised(*raised),), (Ceiling(*ceiling),) if ceiling else ())
    outcomes = put(RUN_OUT, Evidence(measured, Rules(), last=True, failure=failure))
    return [outcome.test for outcome in outcomes if outcome.probe == probe.key and not outcome.passed]


def descriptors(most):
    """As many come as there may be, from the first operation to the last."""
    return series(FLAT, descriptors=lambda n: n * most // 120_000)


@pytest.mark.parametrize(
    ("used_up", "raised", "most", "not_passed"),
    [
        (1_000, NO_DESCRIPTOR, 1_024, []),
        (1_000, ("OperationalError", "", "unable to open database file"), 1_024, []),
        (800, ("OperationalError", "", "unable to open database file"), 1_024, ["want", "room"]),
        (800, NO_DESCRIPTOR, 1_024, []),
        (50, NO_DESCRIPTOR, 1_024, ["room"]),  # a bug that opens a thousand at once
        (800, BUG, 1_024, ["want", "room"]),
        (800, ("OperationalError", "", "too many clients already"), 20_000, []),
        (800, NO_MEMORY, 1_024, ["want", "room"]),
    ],
)
def test_want_and_room_of_descriptors(used_up, raised, most, not_passed):
    assert ran_out(descriptors(used_up), FILE_DESCRIPTORS, raised, "RLIMIT_NOFILE", most, 9, most) == not_passed


@pytest.mark.parametrize(
    ("grown", "raised", "not_passed"),
    [
        (300 << 20, NO_MEMORY, []),
        (190 << 20, NO_MEMORY, []),
        (20 << 20, NO_MEMORY, ["room"]),  # a bug that asks for a terabyte while memory happens to rise
        (300 << 20, BUG, []),  # next to nothing was left, whatever the error says
        (190 << 20, BUG, ["want", "room"]),
    ],
)
def test_want_and_room_of_memory(grown, raised, not_passed):
    measured = series(lambda n: n * grown / 130_000)
    for probe in (LIVE_BYTES, BLOCKS, MAPPED_PAGES, RESIDENT_PAGES):
        assert ran_out(measured, probe, raised, "RLIMIT_AS", 320 << 20, 20 << 20, 320 << 20) == not_passed


def test_memory_without_a_limit_does_not_run_out_of_room():
    assert ran_out(series(lambda n: 2_000 * n), LIVE_BYTES, NO_MEMORY) == ["room"]


def test_processes_that_came_in_a_burst_are_no_growth_of_those_before():
    """Of 1,000 processes 60 came one by one, and the rest in the operation that failed."""
    again = ("BlockingIOError", "EAGAIN", "try again")
    measured = series(FLAT, processes=lambda n: n * 60 // 130_000)
    assert ran_out(measured, CHILD_PROCESSES, again, "RLIMIT_NPROC", 1_000, 1, 1_000) == ["room"]
    measured = series(FLAT, processes=lambda n: n * 990 // 130_000)
    assert ran_out(measured, CHILD_PROCESSES, again, "RLIMIT_NPROC", 1_000, 1, 1_000) == []
