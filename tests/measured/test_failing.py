"""What is told of an operation that failed."""

import os
import resource

from find_mem_leaks.measured import failing


def raised(operation):
    try:
        operation()
    except Exception as error:
        return failing.describe(error, 5, failing.Standing())
    raise AssertionError


def wrapped():
    try:
        os.open("/no/such/file", os.O_RDONLY)
    except OSError as error:
        raise RuntimeError("the database\nis gone") from error


def test_the_errors_that_led_to_one_are_told_with_it():
    told = raised(wrapped)
    assert [(each["type"], each["errno"]) for each in told["raised"]] == [
        ("RuntimeError", ""),
        ("FileNotFoundError", "ENOENT"),
    ]
    assert told["raised"][0]["message"] == "the database is gone"
    assert told["place"].startswith("test_failing.py:")
    assert told["operation"] == 5


def test_errors_that_led_to_each_other_end():
    first, second = ValueError(1), ValueError(2)
    first.__cause__, second.__cause__ = second, first
    assert len(list(failing._chain(first))) == 2


def test_a_number_of_another_meaning_is_not_the_systems():
    class DatabaseError(Exception):
        errno = 24

    assert failing._raised(DatabaseError("too many"))["errno"] == ""


def test_an_error_of_a_probe_has_no_place():
    from find_mem_leaks.measured.probes import shared_memory

    assert raised(lambda: shared_memory.shm_open(3, 0))["place"] == ""


def test_what_stood_when_the_stack_was_open_stands_beside_what_there_is():
    standing = failing.Standing()
    assert standing.ceilings() == []
    standing.begin()
    ends = os.pipe()
    [found] = [each for each in standing.ceilings() if each["name"] == "RLIMIT_NOFILE"]
    for end in ends:
        os.close(end)
    assert found["used"] == found["before"] + 2
    assert found["most"] == resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def test_where_memory_is_limited_some_is_set_by(monkeypatch):
    from find_mem_leaks.measured import ceilings

    monkeypatch.setattr(ceilings, "read", lambda: {"RLIMIT_AS": (1 << 40, 0)})
    standing = failing.Standing()
    standing.begin()
    assert len(standing._reserve) == failing.RESERVE
    standing.release()
    standing.release()
    assert standing._reserve is None
