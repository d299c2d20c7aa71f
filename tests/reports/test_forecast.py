from dataclasses import replace

import pytest

from cells import cell, failed
from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports import forecast

MIB = 1 << 20
GIB = 1 << 30


def deployed(begin, *rss):
    at = tuple(range(1_000, 1_000 * len(rss) + 1, 1_000))
    ones, nothing = (1,) * len(rss), ((0, 0, 0),) * len(rss)
    ends = {"rss": begin, "peak": begin}, {"rss": rss[-1], "peak": max(rss)}
    return Deployed(at, ones, rss, ones, nothing, *ends)


def growing(**changes):
    """A cell that adds a kibibyte an operation, and has 100 MiB after 2,000 operations."""
    facts = {
        "bytes_per_operation": 1024.0,
        "interval": (512.0, 2048.0),
        "deployed": deployed(90 * MIB, 99 * MIB, 100 * MIB),
    }
    return replace(cell(16), **{**facts, **changes})


def test_a_leaking_cell_is_told_with_its_range_and_what_keeps_a_worker_under_it():
    assert forecast.words(growing(), 1124 * MIB) == (
        "reached after 1.1 million operations (0.52 to 2.1); `--max-requests 520000` (gunicorn) or "
        "`--limit-max-requests 520000` (uvicorn) keeps a worker under it"
    )


def test_an_open_upper_end_is_said():
    assert "after 1.1 million operations (0.52 or more); " in forecast.words(
        growing(interval=(-1.0, 2048.0)), 1124 * MIB
    )


def test_a_leak_of_something_else_than_memory_does_not_reach_it():
    still = growing(bytes_per_operation=-0.1, interval=(-0.2, 0.0))
    assert forecast.words(still, GIB) == "not reached by growth of memory"


def test_an_undecided_cell_is_told_no_number_of_requests():
    undecided = growing(verdict=Verdict.INCONCLUSIVE, bytes_per_operation=-5.0, interval=(-9.0, 2048.0))
    assert forecast.words(undecided, 1124 * MIB) == "undecided; if it grows, reached after 520,000 operations or more"


def test_a_limit_that_one_operation_exceeds_is_told_without_a_number_of_requests():
    first = replace(deployed(90 * MIB, 99 * MIB), at=(0,))
    at_once = growing(deployed=first, bytes_per_operation=1e12, interval=(1e12, 1e12))
    assert "max-requests" not in forecast.words(at_once, GIB)


@pytest.mark.parametrize("verdict", [Verdict.CLEAN, Verdict.BOUNDED])
def test_a_cell_that_does_not_grow_is_told_what_it_stayed_within(verdict):
    steady = replace(cell(), verdict=verdict, deployed=deployed(50_000_000, 53_200_000, 52_000_000))
    within = "resident memory stayed within 3.2 MB over 2,000 operations, 53.2 MB at most"
    assert forecast.words(steady, GIB) == f"{verdict}, so not reached by growth; {within}"


def test_what_was_seen_is_not_forecast():
    assert forecast.words(growing(), 99 * MIB) == "reached within 1,000 operations (94.4 MB before the first operation)"
    assert forecast.words(growing(), 90 * MIB) == "too low: it has 94.4 MB before the first operation"


def test_without_a_hands_off_part_the_rounds_are_gone_by():
    measured = replace(cell(16), deployed=None)
    begin, last = measured.rounds[0].initial_rss, measured.rounds[-1].final_rss
    assert "reached after" in forecast.words(measured, 100 * last)
    assert forecast.words(measured, begin).startswith("too low")
    grown = replace(measured, rounds=(*measured.rounds[:-1], replace(measured.rounds[-1], final_rss=2 * last)))
    operations = sum(round_.operations for round_ in grown.rounds)
    assert forecast.words(grown, 2 * last).startswith(f"reached within {operations:,} operations")
    assert "clean, so not reached by growth" in forecast.words(replace(cell(), deployed=None), 100 * last)


def test_what_was_not_measured_is_not_forecast():
    assert forecast.words(failed(), GIB) == "nothing is forecast, since it failed"
    assert forecast.words(replace(failed(), error=None, verdict=Verdict.INCONCLUSIVE), GIB).endswith(
        "nothing was measured"
    )
    few = growing(verdict=Verdict.INCONCLUSIVE, bytes_per_operation=None, interval=None)
    assert forecast.words(few, GIB) == "nothing is forecast, since too little was measured"


def test_each_cell_has_its_line_under_the_limit_and_none_without_one():
    lines = list(forecast.lines([growing(), cell()], 512 * MIB))
    assert lines[0] == "A limit of 512 MiB on resident memory:"
    assert lines[1].startswith("❌ sqlalchemy2x_sync_session balanced: reached after ")
    assert lines[2].startswith("✅ sqlalchemy2x_sync_session balanced: clean, so not")
    assert lines[3] == forecast.LEGEND
    assert list(forecast.lines([growing()], None)) == []
    assert list(forecast.lines([], GIB)) == []
