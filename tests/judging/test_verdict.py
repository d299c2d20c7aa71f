import math
import random
import re
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Cap, Held, Round, Sample, Series, Unended
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict, judge
from series_of import series

RULES = Rules()
seeds = st.integers(0, 10_000)


def test_no_samples_are_no_verdict():
    found = judge(Series(()), RULES, last=True)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert not found.decided
    assert found.bytes is None


@given(seeds, st.floats(0, 5_000))
@settings(max_examples=50)
def test_memory_that_stays_is_clean_whatever_garbage_lies_on_it(seed, noise):
    found = judge(series(lambda n: 0, noise=noise, seed=seed), RULES)
    assert found.verdict is Verdict.CLEAN
    assert found.bytes.low <= 0 <= found.bytes.high < RULES.limit


@given(seeds, st.floats(0.5, 5_000), st.floats(0, 3_000))
@settings(max_examples=50)
def test_steady_growth_is_a_leak_of_its_true_size(seed, rate, noise):
    found = judge(series(lambda n: rate * n, noise=noise, seed=seed), RULES)
    assert found.verdict is Verdict.LEAKING
    margin = (found.bytes.high - found.bytes.low) / 2  # a 99 % interval misses now and then, but not by its own width
    assert found.bytes.low - margin <= rate <= found.bytes.high + margin


def test_the_interval_holds_the_truth_as_often_as_it_says():
    found = [judge(series(lambda n: 5 * n, noise=2_000, seed=seed), RULES).bytes for seed in range(300)]
    assert sum(interval.low <= 5 <= interval.high for interval in found) >= 0.97 * 300


def test_one_small_object_in_five_hundred_operations_is_a_leak():
    found = judge(series(lambda n: 32 * (n // 500), lambda n: n // 500), RULES)
    assert found.verdict is Verdict.LEAKING
    assert found.growth["blocks"].low <= 1 / 500 <= found.growth["blocks"].high


def test_a_block_in_thousands_of_operations_is_too_slow_to_speak_of():
    """As of the counts that a cache keeps of its entries."""
    found = judge(series(lambda n: 64 * (n // 10_000), lambda n: n // 10_000, rounds=200), RULES)
    assert found.verdict is Verdict.CLEAN
    assert found.bytes.high < 0.03


def test_threads_that_never_end_convict_by_themselves():
    found = judge(series(lambda n: 0, threads=lambda n: n // 400), RULES)
    assert found.verdict is Verdict.LEAKING
    assert found.convicted_by == ("threads",)


def test_a_pool_of_threads_that_fills_does_not_convict():
    assert judge(series(lambda n: 0, threads=lambda n: min(32, n // 400)), RULES).verdict is Verdict.CLEAN


def test_a_gibibyte_is_horizon_enough():
    found = judge(series(lambda n: 1_000_000 * n, operations=50), RULES, last=True)
    assert found.verdict is Verdict.LEAKING


def test_what_drains_may_hide_what_grows_until_it_is_empty():
    hidden = lambda n: 60 * n - 80 * min(n, 200_000)  # noqa: E731
    assert not judge(series(hidden, rounds=30), RULES).decided
    assert judge(series(hidden, rounds=150), RULES).verdict is Verdict.LEAKING


def test_what_is_kept_for_a_while_is_no_leak_before_the_while_is_over():
    """Cheap operations are many within two seconds."""
    quick = series(lambda n: 64 * n, rounds=300, seconds_per_operation=2e-6)
    assert quick.operations * quick.seconds > RULES.convict.work
    assert quick.elapsed < RULES.convict.elapsed
    assert not judge(quick, RULES).decided
    assert judge(series(lambda n: 64 * n, rounds=300, seconds_per_operation=2e-5), RULES).verdict is Verdict.LEAKING


@pytest.mark.parametrize("at", [5_000, 100_000, 400_000])
def test_a_pause_is_no_time_in_which_what_is_kept_could_have_ended(at):
    quick = series(lambda n: 64 * n, rounds=300, seconds_per_operation=2e-6)
    paused = [
        replace(
            made, samples=tuple(replace(each, clock=each.clock + 2.0 * (each.operations > at)) for each in made.samples)
        )
        for made in quick.rounds
    ]
    found = Series(tuple(paused))
    assert found.elapsed < RULES.convict.elapsed + 2.0 * (at / found.operations)
    assert not judge(Series(tuple(paused)), RULES).decided


def test_one_large_load_is_no_horizon_for_what_else_grows():
    loaded = series(lambda n: 6e8 * (n >= 3_500), threads=lambda n: min(32, n // 250), rounds=6, operations=800)
    assert judge(loaded, RULES).verdict is Verdict.INCONCLUSIVE


def test_what_still_drains_at_the_end_of_a_run_is_not_acquitted():
    found = judge(series(lambda n: -20 * n), RULES, last=True)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.reason.startswith("live bytes are still falling")


def test_what_has_drained_is_clean():
    found = judge(series(lambda n: -20 * min(n, 20_000)), RULES, last=True)
    assert found.verdict is Verdict.CLEAN
    assert found.bytes.high < 0.01


def test_what_is_given_back_at_once_is_no_drain():
    found = judge(series(lambda n: -40_000 * (n >= 70_000), rounds=20), RULES, last=True)
    assert found.verdict is Verdict.CLEAN


def test_a_limit_below_the_slowest_growth_is_decided_too():
    grown = series(lambda n: 64 * (n // 3_000), lambda n: n // 3_000, rounds=300)
    assert judge(grown, Rules().of(0.01)).verdict is Verdict.LEAKING
    assert judge(grown, RULES).verdict is Verdict.CLEAN


def test_operations_of_a_second_are_judged_by_the_hour_and_by_a_limit_that_is_asked_for_as_it_stands():
    slow = series(lambda n: 0, rounds=4, operations=60, seconds_per_operation=1.0)
    judged = judge(slow, RULES)
    assert judged.verdict is Verdict.CLEAN
    assert judged.reason.endswith("(limit 278 B/op, 1 MB an hour at 1 s an operation)")
    asked = judge(slow, RULES.of(1.0))
    assert asked.verdict is Verdict.INCONCLUSIVE
    assert "is not ruled out" in asked.reason
    leaking = series(lambda n: 500 * n, rounds=4, operations=60, seconds_per_operation=1.0)
    assert judge(leaking, RULES).verdict is Verdict.LEAKING


@given(seeds, st.integers(50, 50_000), st.integers(1, 200))
@settings(max_examples=50)
def test_garbage_that_comes_and_goes_is_no_leak(seed, period, size):
    found = judge(series(lambda n: size * ((n + seed) % period), seed=seed), RULES, last=True)
    assert found.verdict is not Verdict.LEAKING


def test_a_walk_at_random_within_bounds_is_seldom_taken_for_a_leak():
    """Of 400 walks; by the error rate at most a handful may be."""
    convicted = 0
    for seed in range(400):
        rng = random.Random(seed)
        at, position = 0, 0.0

        def walk(n, rng=rng):
            nonlocal at, position
            position = max(-50_000.0, min(50_000.0, position + rng.gauss(0, 50 * math.sqrt(n - at))))
            at = n
            return position

        convicted += judge(series(walk, rounds=20, seed=seed), RULES, last=True).verdict is Verdict.LEAKING
    assert convicted <= 4


def test_growth_over_too_short_a_horizon_is_not_yet_a_leak():
    found = judge(series(lambda n: 16 * n, operations=300), RULES)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert not found.decided
    assert "live bytes grew in all " in found.reason
    assert "Run at least " in found.reason


def test_a_stack_that_a_busy_machine_makes_slow_is_told_how_many_operations_an_acquittal_takes():
    busy = series(lambda n: 0, rounds=5, operations=120, seconds_per_operation=0.01)
    for last in (False, True):
        found = judge(busy, Rules(fewest=2_000), last=last)
        assert (found.verdict, found.decided) == (Verdict.INCONCLUSIVE, False)
        assert "operations are too few to call it clean. Run at least 2,000 operations" in found.reason


@pytest.mark.parametrize("rate", [1.05, 16])
def test_a_byte_an_operation_is_found_within_twenty_thousand_of_a_run_that_is_over(rate):
    over = series(lambda n: rate * n, rounds=4, operations=4_900)
    assert over.operations < 20_000
    assert judge(over, RULES, last=True).verdict is Verdict.LEAKING
    assert judge(over, RULES).verdict is Verdict.INCONCLUSIVE


def test_growth_that_stays_under_the_limit_of_the_user_but_goes_on_is_not_acquitted():
    found = judge(series(lambda n: 16 * n, operations=300), Rules(limit=100), last=False)
    assert found.verdict is Verdict.INCONCLUSIVE


@given(seeds)
@settings(max_examples=20)
def test_judging_twice_says_the_same(seed):
    measured = series(lambda n: n, noise=500, seed=seed)
    assert judge(measured, RULES) == judge(measured, RULES)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.999])
def test_more_confidence_is_a_wider_interval(confidence):
    measured = series(lambda n: 0, noise=3_000)
    wide = judge(measured, Rules(confidence=confidence)).bytes
    wider = judge(measured, Rules(confidence=(1 + confidence) / 2)).bytes
    assert wider.low < wide.low < wide.rate < wide.high < wider.high


@pytest.mark.parametrize("rounds", [3, 4])
def test_a_short_run_never_calls_a_leak_of_threads_or_pages_clean(rounds):
    leaking = [series(lambda n: 0, pages=lambda n: 4_096 * n), series(lambda n: 0, threads=lambda n: n // 40)]
    for measured in leaking:
        short = Series(measured.rounds[2 : 2 + rounds])
        assert judge(short, RULES, last=True).verdict in {Verdict.LEAKING, Verdict.INCONCLUSIVE}


@given(st.lists(st.integers(1, 2_000), min_size=24, max_size=60), st.floats(0, 100))
def test_a_verdict_is_given_however_long_the_stretches_between_looks_are(lengths, rate):
    """A few long stretches leave most of the horizon without a look."""
    warm_up = False
    ends = list(accumulate(lengths))
    samples = tuple(Sample(end, 0.1, round(rate * end), 0, 0, round(rate * end)) for end in ends)
    found = judge(Series((Round(ends[-1], (0, 0, 0, 0), warm_up, 1, 2, 3, 4, samples),)), Rules(), last=True)
    assert found.bytes is not None
    assert found.bytes.low - 1 <= rate <= found.bytes.high + 1


def test_looks_that_crowd_at_the_beginning_still_make_enough_points():
    warm_up, crowded = False, [1] * 28 + [1_000, 1_000]
    samples = tuple(Sample(end, 0.1, 10 * end, 0, 0, 10 * end) for end in accumulate(crowded))
    made = Round(sum(crowded), (0, 0, 0, 0), warm_up, 1, 2, 3, 4, samples)
    found = judge(Series((made,)), Rules(), last=True)
    assert found.bytes is not None
    assert found.bytes.rate == pytest.approx(10)


def called(measured):
    """The series of a workload that was called 16 times for each look."""
    looks = accumulate(1 for round_ in measured.rounds for _ in round_.samples)
    rounds = [
        replace(each, samples=tuple(replace(sample, calls=16 * next(looks)) for sample in each.samples))
        for each in measured.rounds
    ]
    return replace(measured, rounds=tuple(rounds))


def by_calls(measured, bytes_):
    """The same with so many bytes more at each call."""
    rounds = [
        replace(
            each,
            samples=tuple(
                replace(sample, live_bytes=sample.live_bytes + bytes_ * sample.calls) for sample in each.samples
            ),
        )
        for each in measured.rounds
    ]
    return replace(measured, rounds=tuple(rounds))


def test_what_grows_with_our_calls_is_neither_a_leak_nor_clean_and_says_so():
    found = judge(by_calls(called(series(lambda n: 0, noise=100, rounds=60)), 500), RULES)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.decided
    assert "with the calls that this tool makes of the workload, not with its " in found.reason
    assert "Run at least" not in found.reason


def test_a_leak_is_one_with_or_without_growth_by_calls():
    leak = called(series(lambda n: 16 * n, noise=100, rounds=60))
    assert judge(leak, RULES).verdict is Verdict.LEAKING
    assert judge(by_calls(leak, 500), RULES).verdict is Verdict.LEAKING


def test_the_limit_and_the_container_that_would_decide_it_are_named():
    rng = random.Random(1)
    noisy = series(lambda n: rng.uniform(0, 200_000), rounds=40, operations=400, seconds_per_operation=1e-3)
    found = judge(replace(noisy, caps=(Cap("a cache", 700, 640, 500),)), RULES)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "; a cache (640 of 500 entries) changed too and may explain it. `--limit " in found.reason
    accepted = float(found.reason.partition("`--limit ")[2].partition("`")[0])
    assert judge(noisy, replace(RULES, limit=accepted)).verdict is not Verdict.INCONCLUSIVE


@pytest.mark.parametrize("seed", [0, 4, 6, 13, 33])
def test_where_memory_wanders_and_jumps_a_limit_is_named_that_accepts_both(seed):
    rng = random.Random(seed)
    slots = [0.0] * 8

    def ring(_):
        slots[rng.randrange(8)] = rng.uniform(0, 2_000_000)
        return sum(slots)

    wandering = series(ring, rounds=12, operations=400, seconds_per_operation=2e-3)
    found = judge(wandering, RULES)
    assert " jumped by " in found.reason
    accepted = float(found.reason.partition("`--limit ")[2].partition("`")[0])
    assert judge(wandering, replace(RULES, limit=accepted)).verdict in ACQUITTED


TIMER = Held("Protocol.end", "/lib/python3/site-packages/server/http/protocol.py", 361, 2_500.0, 4.98)


def test_what_a_timer_holds_for_a_while_bounds_a_cell_that_is_clean_and_is_its_reason():
    found = judge(replace(series(lambda n: 0), held=(TIMER,)), RULES)
    assert (found.verdict, found.decided) == (Verdict.BOUNDED, True)
    held = "the timer Protocol.end(), set at server/http/protocol.py:361, keeps 2,500 bytes of each operation for 5 s"
    assert found.reason.startswith(held)
    assert re.search(r"then lets go of them; at [\d,]+ operations a second [\d.e+]+ MB: no leak of more", found.reason)


def test_a_timer_whose_line_is_not_known_is_named_alone():
    assert (
        str(replace(TIMER, file="", line=0)) == "the timer Protocol.end() keeps 2,500 bytes of each operation for 5 s"
    )


def test_what_timers_hold_is_no_excuse_for_what_grows_beside_it_and_next_to_nothing_is_not_told():
    assert judge(replace(series(lambda n: 50 * n), held=(TIMER,)), RULES).verdict is Verdict.LEAKING
    found = judge(replace(series(lambda n: 0), held=(replace(TIMER, bytes=63.0),)), RULES)
    assert found.verdict is Verdict.CLEAN
    assert "timer" not in found.reason


def test_tasks_that_never_end_are_named_whatever_the_verdict_is():
    tasks = (Unended("forever", "/srv/shop/app/main.py", 7, 1_200), Unended("other", "", 0, 1))
    grown = judge(replace(series(lambda n: 50 * n), unended=tasks), RULES)
    steady = judge(replace(series(lambda n: 0), unended=tasks), RULES)
    named = "; 1,200 tasks never end: forever(), at shop/app/main.py:7; 1 task never ends: other()"
    assert (grown.verdict, grown.reason.endswith(named)) == (Verdict.LEAKING, True)
    assert (steady.verdict, steady.reason.endswith(named)) == (Verdict.CLEAN, True)


def test_what_is_ruled_out_is_told_without_credit_for_a_fall():
    found = judge(series(lambda n: -0.1 * n, rounds=60), RULES)
    told = re.search(r"no leak of more than ([-0-9.e]+) B/op", found.reason)
    assert float(told[1]) >= 0.9 * (found.bytes.high - found.bytes.rate) > 0


def test_a_container_explains_memory_that_moves_and_no_number_of_things():
    threads = series(lambda n: 0, threads=lambda n: n // 1_800, rounds=4, operations=4_900)
    found = judge(replace(threads, caps=(Cap("a table", 100, 200, 500),)), RULES, last=True)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "a table" not in found.reason
