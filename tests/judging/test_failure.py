"""What an operation failed for want of: by its errors, by what is under which ceiling, by what growth used up."""

import pytest

from find_mem_leaks.judging.failure import KINDS, Ceiling, Failure, Raised, kinds
from find_mem_leaks.judging.probes import BLOCKS, CHILD_PROCESSES, FILE_DESCRIPTORS, LIVE_BYTES, SHARED_MEMORY, THREADS
from series_of import series


def failure(*raised, ceilings=()):
    return Failure(1_000, tuple(Raised(*each) for each in raised), tuple(Ceiling(*each) for each in ceilings))


NO_DESCRIPTOR = ("OSError", "EMFILE", "[Errno 24] Too many open files")
NO_THREAD = ("RuntimeError", "", "can't start new thread")


@pytest.mark.parametrize(
    ("raised", "names"),
    [
        (NO_DESCRIPTOR, {"file descriptors"}),
        (("MemoryError", "", ""), {"memory"}),
        (("OSError", "ENOMEM", "[Errno 12] Cannot allocate memory"), {"memory"}),
        (("BlockingIOError", "EAGAIN", "[Errno 11] Resource temporarily unavailable"), {"threads and processes"}),
        (NO_THREAD, {"threads", "memory"}),
        (("OperationalError", "", "FATAL: sorry, too many clients already"), {"connections"}),
        (("OperationalError", "", '(1040, "Too many connections")'), {"connections"}),
        (("OperationalError", "", "remaining connection slots are reserved"), {"connections"}),
        (("TimeoutError", "", "QueuePool limit of size 5 overflow 10 reached"), {"connections"}),
        (("OperationalError", "", "unable to open database file"), set()),
        (("OperationalError", "", "database is locked"), set()),
        (("ValueError", "", "a bug"), set()),
    ],
)
def test_what_an_error_says_has_run_out(raised, names):
    assert {kind.name for kind in KINDS if kind.is_named(failure(raised))} == names


def test_an_error_that_led_to_the_one_that_was_raised_says_it_too():
    found = failure(("OperationalError", "", "unable to open"), NO_DESCRIPTOR)
    assert [kind.name for kind in KINDS if kind.is_named(found)] == ["file descriptors"]


@pytest.mark.parametrize(
    ("raised", "used", "may_be"),
    [
        (NO_DESCRIPTOR, 10, True),
        (("OperationalError", "", "unable to open database file"), 1_020, True),
        (("ValueError", "", "a bug"), 900, False),
    ],
)
def test_a_failure_may_be_for_want_by_its_error_or_at_a_ceiling(raised, used, may_be):
    assert failure(raised, ceilings=[("RLIMIT_NOFILE", 1_024, 8, used)]).may_be_for_want is may_be


@pytest.mark.parametrize(
    ("probe", "names"),
    [
        (FILE_DESCRIPTORS, ["file descriptors", "connections"]),
        (THREADS, ["threads and processes", "threads", "memory"]),
        (CHILD_PROCESSES, ["threads and processes"]),
        (LIVE_BYTES, ["memory"]),
        (BLOCKS, ["memory"]),
        (SHARED_MEMORY, []),
    ],
)
def test_what_a_reading_uses_up(probe, names):
    assert [kind.name for kind in kinds(probe)] == names


def named(name):
    return next(kind for kind in KINDS if kind.name == name)


def test_room_is_what_growth_used_up_of_what_was_free_at_first():
    measured = series(lambda n: 0, descriptors=lambda n: n // 100, rounds=20)
    columns = measured.columns()
    grown = columns["descriptors"][-1] - columns["descriptors"][0]
    found = failure(NO_DESCRIPTOR, ceilings=[("RLIMIT_NOFILE", 2_008, 8, 2_008)])
    assert named("file descriptors").used_up(found, columns) == pytest.approx(grown / 2_000)
    assert named("connections").used_up(found, columns) == 0


def test_threads_and_processes_are_counted_together():
    columns = series(lambda n: 0, threads=lambda n: n // 100, processes=lambda n: n // 50).columns()
    assert named("threads and processes").growth(columns) == pytest.approx(
        3 * (columns["operations"][-1] / 100), rel=0.02
    )


def test_a_ceiling_that_is_not_seen_is_believed_where_none_that_is_seen_was_reached():
    columns = series(lambda n: 0, threads=lambda n: n // 1_000).columns()
    threads = named("threads")
    assert threads.used_up(failure(NO_THREAD, ceilings=[("RLIMIT_NPROC", 90_000, 300, 500)]), columns) == 1
    assert threads.used_up(failure(NO_THREAD, ceilings=[("RLIMIT_NPROC", 90_000, 300, 90_000)]), columns) < 0.01
    assert threads.used_up(failure(("ValueError", "", "a bug")), columns) == 0


def test_the_ceiling_that_is_told_is_the_one_that_was_reached():
    ceilings = [("RLIMIT_NPROC", 90_000, 300, 500), ("pids.max", 100, 1, 100)]
    assert str(named("threads").ceiling(failure(NO_THREAD, ceilings=ceilings))) == "pids.max of 100"
    assert named("threads").ceiling(failure(NO_THREAD, ceilings=ceilings[:1])) is None
    assert named("connections").ceiling(failure()) is None
