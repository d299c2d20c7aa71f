"""Verdicts of workloads whose operation failed."""

from dataclasses import replace

import pytest

from find_mem_leaks.judging.failure import Ceiling, Failure, Raised
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Series
from find_mem_leaks.judging.verdict import FEWEST, Verdict, judge, judge_failed
from series_of import series

RULES = Rules()
NO_DESCRIPTOR = Raised("OSError", "EMFILE", "too many open files")


def failed_at(most, *raised):
    return Failure(1, raised or (NO_DESCRIPTOR,), (Ceiling("RLIMIT_NOFILE", most, 9, most),))


def early(count, **shapes):
    """A series of so many looks after the warm-up, each after an operation."""
    whole = series(lambda n: 0, rounds=1, operations=100, **shapes)
    first, *_, last = whole.rounds
    looks = [replace(last.samples[0], operations=n, counts={"descriptors": n}) for n in range(1, 4 + count)]
    return Series((replace(first, samples=tuple(looks[:3])), replace(last, samples=tuple(looks[3:]))))


def test_what_an_operation_failed_for_want_of_convicts_however_short_the_run():
    measured = series(lambda n: 0, descriptors=lambda n: n // 3, rounds=2, operations=600)
    assert judge(measured, RULES, last=True).verdict is Verdict.INCONCLUSIVE
    used = int(measured.columns()["descriptors"][-1])
    found = judge_failed(measured, RULES, failed_at(used + 1))
    assert found.verdict is Verdict.LEAKING
    assert found.convicted_by == ("file_descriptors",)
    assert found.growth["file_descriptors"].low <= 1 / 3 <= found.growth["file_descriptors"].high
    assert "file descriptors +0.333 descriptors/op; then it ran out of file descriptors" in found.reason
    assert f"(RLIMIT_NOFILE of {used + 1:,})" in found.reason
    assert [outcome.test for outcome in found.tests][-1] == "room"


def test_what_grows_with_what_ran_out_is_told_with_it():
    measured = series(lambda n: 100 * n, descriptors=lambda n: n // 3, rounds=2, operations=600)
    found = judge_failed(measured, RULES, failed_at(int(measured.columns()["descriptors"][-1]) + 1))
    assert found.convicted_by == ("live_bytes", "file_descriptors")
    assert found.bytes.low <= 100 <= found.bytes.high


@pytest.mark.parametrize(
    ("measured", "failure"),
    [
        (series(lambda n: 100 * n, rounds=2, operations=600), failed_at(1_024)),
        (series(lambda n: 0, descriptors=lambda n: min(900, n), rounds=2, operations=600), failed_at(1_024)),
        (
            series(lambda n: 100 * n, descriptors=lambda n: n // 3, rounds=2, operations=600),
            failed_at(20_000, Raised("ValueError", "", "a bug")),
        ),
        (Series(()), failed_at(1_024)),
    ],
)
def test_a_failure_of_another_kind_convicts_nothing(measured, failure):
    assert judge_failed(measured, RULES, failure) is None


def test_a_dozen_looks_are_enough_where_there_cannot_be_more():
    assert judge_failed(early(FEWEST), RULES, failed_at(25)).convicted_by == ("file_descriptors",)
    assert judge_failed(early(FEWEST - 1), RULES, failed_at(25)) is None


def test_two_looks_after_as_many_operations_are_one():
    few = early(FEWEST - 1)
    *others, last = few.rounds
    again = replace(few, rounds=(*others, replace(last, samples=(*last.samples, last.samples[-1]))))
    assert judge_failed(again, RULES, failed_at(25)) is None
