"""What people read of a verdict's tests: which lists come first, which tests decide, what is on one line."""

import math
from dataclasses import replace

import pytest

from find_mem_leaks.judging import growth
from find_mem_leaks.judging.criteria import Outcome
from find_mem_leaks.judging.failure import Ceiling, Failure, Raised
from find_mem_leaks.judging.probes import PROBES
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Cap, Series
from find_mem_leaks.judging.statements import DECIDES
from find_mem_leaks.judging.verdict import judge, judge_failed
from find_mem_leaks.reports.account import STEADY, WITHOUT_BOUND, account
from series_of import series


def parts(measured, *, last=True, rules=None):
    judgement = judge(measured, rules or Rules(), last=last)
    return judgement, account(judgement.verdict, judgement.tests)


def order(lists):
    """The names of the lists."""
    names = {decides: name for name, decides in DECIDES.items()}
    return [names[part.rows[0].statement.decides] for part in lists]


def deciding(lists):
    return [row.statement.name for part in lists for row in part.rows if row.decides]


def filling():
    measured = series(lambda n: 200 * n, lambda n: 3 * n)
    return Series(measured.rounds, (Cap("lru_cache of own.load", 10_000, 130_000, 1_000_000),))


def test_short_growth_is_undecided_by_its_horizon_and_because_it_grows():
    judgement, lists = parts(series(lambda n: 16 * n, operations=300), last=False)
    assert judgement.verdict == "inconclusive"
    assert order(lists) == ["CONVICTING", "ACQUITTING", "STEADY", "BY_JUMPS"]
    assert deciding(lists) == ["horizon of a conviction", "growing"]
    assert lists[0].rows[0].decides
    assert lists[2].heading.endswith(": live bytes do.")


def test_a_container_that_fills_decides_alone():
    _, lists = parts(filling())
    assert deciding(lists) == ["cache"]
    assert lists[0].heading.endswith(": 1 of 2 is not.")


def test_without_growth_the_first_test_against_an_acquittal_decides():
    judgement, lists = parts(series(lambda n: -20 * n))
    assert judgement.reason.startswith("live bytes are still falling")
    assert order(lists) == ["ACQUITTING", "STEADY", "BY_JUMPS", "CONVICTING"]
    assert deciding(lists) == ["drain"]
    assert lists[1].heading.endswith(": none does.")
    assert lists[3].heading.endswith(": nothing grows.")


def test_a_clean_cell_has_passed_all_that_acquits_and_nothing_is_marked():
    _, lists = parts(series(lambda n: 0))
    assert order(lists)[0] == "ACQUITTING"
    assert lists[0].heading.endswith(": all are.")
    assert deciding(lists) == []


@pytest.mark.parametrize(
    ("grown", "first"),
    [
        (series(lambda n: 16 * n), "STEADY"),
        (series(lambda n: 2.0 ** math.ceil(math.log2(max(n, 512) * 8)), rounds=150), "BY_JUMPS"),
    ],
)
def test_of_a_leak_the_growth_that_convicts_comes_first(grown, first):
    judgement, lists = parts(grown)
    assert judgement.verdict == "leaking"
    assert order(lists)[:2] == [first, "CONVICTING"]
    assert " do." in lists[0].heading
    assert lists[1].heading.endswith(": all are.")
    assert lists[3].heading.endswith(": this one leaks.")
    assert deciding(lists) == []


def test_readings_that_stand_still_are_one_line():
    _, lists = parts(series(lambda n: 16 * n))
    steady = next(part for part in lists if part.rows[0].statement.decides == STEADY)
    amount, *others = steady.rows
    assert [entry.readings for entry in amount.entries] == ["live bytes", f"{len(PROBES) - 1} others"]
    assert [entry.passed for entry in amount.entries] == [True, False]
    assert all([entry.readings for entry in row.entries] == ["live bytes"] for row in others)
    assert len(others) == 5


def test_no_test_that_failed_of_a_reading_that_moves_is_hidden():
    judgement, lists = parts(series(lambda n: 30_000 * math.sin(n / 9_000), rounds=20))
    failed = {(each.test, each.probe) for each in judgement.tests if each.probe == "live_bytes" and not each.passed}
    shown = {
        (row.statement.name, entry.readings.replace(" ", "_"))
        for part in lists
        for row in part.rows
        for entry in row.entries
        if not entry.passed
    }
    assert failed
    assert failed <= shown


def test_figures_are_as_exact_as_it_takes_to_tell_them_from_their_threshold():
    limit = Outcome("limit", "live_bytes", 1.00004, 1.0, passed=False)
    [part] = account("inconclusive", [limit])
    [entry] = part.rows[0].entries
    assert (entry.figure, entry.threshold) == ("1.00004", "≤ 1")


@pytest.mark.parametrize(
    ("figure", "shown"),
    [(0.0, "0"), (-0.0, "0"), (0.0000316, "3.16e-05"), (1.5, "1.5"), (99.96, "100"), (46_080.4, "46,080"),
     (1.2e9, "1,200,000,000"), (WITHOUT_BOUND, "∞"), (-12.345, "-12.3")],
)  # fmt: skip
def test_a_figure_has_three_digits_and_no_exponent_from_1_on(figure, shown):
    [part] = account("clean", [Outcome("later", "live_bytes", figure, 7.0, passed=True)])
    assert part.rows[0].entries[0].figure == shown


def test_what_nothing_would_fail_was_not_asked():
    tests = [
        Outcome("suspicion", "blocks", 3.0, WITHOUT_BOUND, passed=True),
        Outcome("suspicion", "threads", -1.0, 0.0, passed=True),
    ]
    [part] = account("clean", tests)
    assert [entry.threshold for entry in part.rows[0].entries] == ["not asked", "≤ 0"]


def test_without_tests_or_with_those_of_another_version_there_is_no_account():
    judgement, _ = parts(series(lambda n: 16 * n))
    assert account("inconclusive", []) == []
    assert account("failed", judgement.tests) == []
    assert account("leaking", [*judgement.tests, replace(judgement.tests[0], test="of another version")]) == []


def test_what_is_known_without_numpy_is_as_the_verdict_has_it():
    assert WITHOUT_BOUND == growth.WITHOUT_BOUND
    assert [probe.key.replace("_", " ") for probe in PROBES] == [probe.name for probe in PROBES]


def test_of_a_leak_that_ran_out_it_is_told_what_did():
    measured = series(lambda n: 100 * n, descriptors=lambda n: n // 3, rounds=2, operations=600)
    used = int(measured.columns()["descriptors"][-1])
    failure = Failure(1, (Raised("OSError", "EMFILE", "too many"),), (Ceiling("RLIMIT_NOFILE", used + 9, 9, used),))
    judgement = judge_failed(measured, Rules(), failure)
    lists = account(judgement.verdict, judgement.tests)
    assert order(lists) == ["STEADY", "RUN_OUT"]
    assert lists[0].heading.endswith(": live bytes and file descriptors do.")
    assert lists[1].heading.endswith("passes all of these: file descriptors does.")
