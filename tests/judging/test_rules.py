import pytest
from hypothesis import given
from hypothesis import strategies as st

from find_mem_leaks.judging.rules import QUICK, Horizon, Rules
from find_mem_leaks.judging.series import Round, Sample, Series


def run(operations, seconds_per_operation):
    """So many operations in a hundred stretches, on a clock that counts nothing else."""
    stretch = operations / 100
    seconds, warm_up = stretch * seconds_per_operation, False
    samples = [Sample(round(stretch * n), seconds, 0, 0, 0, 0, clock=seconds * n) for n in range(1, 101)]
    return Series((Round(operations, (0, 0, 0, 0), warm_up, 0, 0, 0, 0, tuple(samples)),))


def test_a_horizon_is_covered_by_operations_times_seconds():
    measured = run(10_000, 1e-3)
    assert Horizon(work=measured.operations * measured.seconds, seconds=1e9).share(measured) == pytest.approx(1)
    assert Horizon(work=2 * measured.operations * measured.seconds, seconds=1e9).share(measured) == pytest.approx(0.5)


def test_a_horizon_is_covered_by_seconds_however_few_the_operations():
    slow = run(1_000, 0.1)
    assert Horizon(work=1e18, seconds=slow.seconds / 2).share(slow) == pytest.approx(2)


def test_a_horizon_may_ask_for_time_on_the_clock_beside_all_else():
    measured = run(10_000, 1e-3)
    enough = Horizon(work=1, seconds=1)
    assert enough.share(measured) > 1
    timed = Horizon(work=1, seconds=1, elapsed=4 * measured.elapsed)
    assert timed.share(measured) == pytest.approx(0.25)


def test_nothing_measured_covers_nothing():
    nothing = Series(())
    assert Rules().acquit.share(nothing) == 0
    assert Rules().convict.share(nothing) == 0
    assert Rules().share(Rules().convict, nothing, last=True) == 0
    assert Rules().acquit.operations(nothing) > 0


@given(st.integers(100, 20_000), st.floats(1e-6, 1e-2), st.floats(1, 1e6), st.floats(0.1, 100))
def test_the_operations_that_a_horizon_asks_for_cover_it_at_the_same_pace(operations, pace, work, seconds):
    horizon = Horizon(work, seconds)
    asked = horizon.operations(run(operations, pace))
    assert horizon.share(run(asked + 1, pace)) >= 0.999
    assert asked <= 1 or horizon.share(run(asked - 1, pace)) <= 1.001


@pytest.mark.parametrize(
    ("seconds_per_operation", "acquit", "convict"),
    [(1e-5, 100_000, 316_000), (1e-4, 31_600, 100_000), (1e-1, 50, 200)],
)
def test_the_operations_of_a_verdict_are_those_that_the_documentation_gives(seconds_per_operation, acquit, convict):
    measured = run(1_000, seconds_per_operation)
    assert Rules().acquit.operations(measured) == pytest.approx(acquit, rel=0.01)
    assert Rules().convict.operations(measured) == pytest.approx(convict, rel=0.01)


def test_ten_thousand_operations_are_enough_where_nothing_more_comes():
    enough, too_few = run(10_000, 1e-6), run(9_000, 1e-6)
    for horizon in (Rules().acquit, Rules().convict):
        assert Rules().share(horizon, enough, last=False) < 1
        assert Rules().share(horizon, enough, last=True) >= 1
        assert Rules().share(horizon, too_few, last=True) == too_few.operations / 10_000


def test_the_seconds_of_an_acquittal_are_enough_for_a_conviction_where_nothing_more_comes():
    slow = run(600, 0.01)
    assert Rules().share(Rules().convict, slow, last=False) < 1 < Rules().share(Rules().convict, slow, last=True)


def test_quick_rules_ask_for_less_of_everything():
    usual = Rules()
    for quick, whole in ((QUICK.acquit, usual.acquit), (QUICK.convict, usual.convict)):
        assert quick.work < whole.work
        assert quick.seconds < whole.seconds
    assert QUICK.convict.elapsed < usual.convict.elapsed
    assert QUICK.limit > usual.limit


def test_a_conviction_takes_a_longer_run_than_an_acquittal():
    for rules in (Rules(), QUICK):
        assert rules.convict.work > rules.acquit.work
        assert rules.convict.seconds > rules.acquit.seconds


def led(*rounds):
    """Rounds of so many operations each of so many seconds, the first three of them warm-up."""
    made = []
    for number, (operations, each) in enumerate(rounds):
        samples = (Sample(operations, operations * each, 0, 0, 0, 0),)
        made.append(Round(operations, (0, 0, 0, 0), number < 3, 0, 0, 0, 0, samples))
    return Series(tuple(made))


def test_operations_that_take_long_are_judged_by_the_hour():
    rules = Rules().at_pace_of(led((10, 0.4), (10, 0.13), (10, 0.2), (10, 0.01)))
    assert rules.pace == pytest.approx(0.13)
    assert rules.effective_limit == pytest.approx(36.1, abs=0.05)
    assert str(rules) == "limit 36.1 B/op, 1 MB an hour at 0.13 s an operation"
    assert rules.at_pace_of(led((10, 0.13))) == rules


@pytest.mark.parametrize(
    ("rules", "pace"), [(Rules(), 3.5e-3), (QUICK, 28e-3), (Rules().of(2), 1.0), (Rules().of(1), 9.0)]
)
def test_operations_that_are_quick_and_limits_that_are_asked_for_leave_the_rules_as_they_are(rules, pace):
    assert rules.at_pace_of(led((10, pace))) == rules
    assert rules.effective_limit == rules.limit


def test_a_limit_that_is_asked_for_is_in_place_of_one_by_the_hour():
    by_pace = Rules().at_pace_of(led((10, 1.0)))
    assert by_pace.effective_limit > 200
    assert by_pace.of(3).effective_limit == 3
    assert str(by_pace.of(3)) == "limit 3 B/op"


def test_a_series_without_a_warm_up_has_the_pace_of_its_fastest_round_and_one_of_nothing_none():
    no_warm_up = Series(tuple(led((1, 9.0), (1, 9.0), (1, 9.0), (10, 0.5), (10, 0.25)).rounds[3:]))
    assert Rules().at_pace_of(no_warm_up).pace == pytest.approx(0.25)
    assert Rules().at_pace_of(Series(())) == Rules()
