"""The tests of a verdict as a person reads them at a terminal."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from cells import cell, failed
from deployed_of import MEBIBYTE, deployed
from find_mem_leaks.judged import judged
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Series
from find_mem_leaks.reports import why
from series_of import series


def printed(*cells, width=100):
    out = io.StringIO()
    why.render(cells, Console(file=out, width=width, highlight=False))
    return out.getvalue()


def undecided(**changes):
    measured = series(lambda n: 16 * n, operations=300, threads=lambda n: min(30, n // 100))
    short = cell(rounds=measured.rounds, operations=measured.operations, last=False, **changes)
    return judged(short, Rules())


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_cut(width):
    text = printed(undecided(), cell(), cell(16), failed(), width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for word in ("horizon", "operations", "live bytes", "32,768"):
        assert word in text


def test_the_reason_comes_first_then_the_tests_that_decide():
    lines = [line.strip() for line in printed(undecided()).splitlines()]
    assert lines[0] == "❓ sqlalchemy2x_sync_session balanced: inconclusive"
    assert lines[1].startswith("live bytes grew in all ")
    heading = lines.index("Growth is a leak if all of these are passed: 1 of 2 is not.")
    assert lines[heading + 1].startswith("▶  The run is long enough to tell a leak")
    assert " failed " in lines[heading + 1]
    assert any(line.startswith("At least: 1, that is 1,000,000 operations times seconds") for line in lines)


def test_the_allocators_stand_below_the_reason_where_they_are_known():
    lines = [line.strip() for line in printed(cell(allocator="pymalloc, jemalloc 5.3.0")).splitlines()]
    assert lines[2] == "Allocators: pymalloc, jemalloc 5.3.0"
    assert "Allocators" not in printed(cell())


def test_a_clean_cell_says_what_rare_event_would_have_been_seen():
    text = " ".join(printed(cell(), cell(16)).split())
    assert text.count("An event that keeps 33 kB, once in ") == 1


def test_the_growth_hands_off_comes_last_in_parts_that_are_not_zero():
    parts = deployed(python=MEBIBYTE // 2, garbage=3 * MEBIBYTE, kept_by_heap=-MEBIBYTE, files=1_000)
    lines = [line.strip() for line in printed(cell(deployed=parts)).splitlines()]
    heading = lines.index("Growth of memory over 4,800 operations hands-off: 2.50 MB")
    found = [line.rsplit(maxsplit=4) for line in lines[heading + 1 : heading + 4]]
    assert found == [
        ["live Python objects", "0.50", "MB", "20", "%"],
        ["garbage not yet collected", "3.00", "MB", "120", "%"],
        ["kept by the C heap", "-1.00", "MB", "-40", "%"],
    ]
    assert lines[heading + 4] == ""


def test_a_cell_without_a_hands_off_part_says_why():
    text = printed(cell(not_deployed="killed by SIGKILL"), failed())
    assert "No hands-off part: killed by SIGKILL." in text
    assert "No hands-off part: the cell failed before." in text


def test_what_the_mark_means_is_said_once():
    text = printed(undecided(), undecided())
    assert text.count("▶ why a cell is undecided.") == 1


def test_a_cell_of_too_few_looks_has_no_tests():
    few = Series(series(lambda n: 0).rounds[:3])
    text = printed(judged(cell(rounds=few.rounds), Rules()))
    assert "too few for a verdict" in text
    assert "No test was put to it: too little was measured." in text


def test_tests_of_another_version_are_not_shown_as_if_they_were_these():
    leaking = cell(16)
    other = replace(leaking, tests=(replace(leaking.tests[0], test="a test of before"), *leaking.tests[1:]))
    text = " ".join(printed(other).split())
    assert "since its tests are another version's. `find-mem-leaks judge FILE -o NEW` judges it again." in text
