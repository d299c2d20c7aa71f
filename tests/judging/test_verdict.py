import math
import random
import re
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from find_mem_leaks.judging.failure import Ceiling, Failure, Raised
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Cap, Held, Round, Sample, Series, Unended
from find_mem_leaks.judging.verdict import FEWEST, Verdict, judge, judge_failed, within_what_was_read
from series_of import series

RULES = Rules()
seeds = st.integers(0, 10_000)


def test_no_samples_are_no_verdict():
    found = judge(Series(()), RULES, last=True)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert not found.decided
    assert found.bytes is None


@given(seeds, st.floats(0, 5_000))
@settings(max_examples=50, deadline=None)
def test_memory_that_stays_is_clean_whatever_garbage_lies_on_it(seed, noise):
    found = judge(series(lambda n: 0, noise=noise, seed=seed), RULES)
    assert found.verdict is Verdict.CLEAN
    assert found.bytes.low <= 0 <= found.bytes.high < RULES.limit


@given(seeds, st.floats(0.5, 5_000), st.floats(0, 3_000))
@settings(max_examples=50, deadline=None)
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


def filling(before, after, cap):
    measured = series(lambda n: 200 * n, lambda n: 3 * n)
    return Series(measured.rounds, (Cap("lru_cache of own.load", before, after, cap),))


def test_growth_that_a_cache_with_room_left_explains_is_not_yet_a_leak():
    found = judge(filling(10_000, 130_000, 1_000_000), RULES)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "while lru_cache of own.load (130,000 of 1,000,000 entries) filled: run at least " in found.reason


@pytest.mark.parametrize(("before", "after", "cap"), [(10, 500, 1_000), (10_000, 130_000, 130_000)])
def test_growth_beyond_what_a_cache_can_explain_is_a_leak(before, after, cap):
    assert judge(filling(before, after, cap), RULES).verdict is Verdict.LEAKING


def test_a_cache_that_filled_is_named():
    measured = series(lambda n: 100 * min(n, 20_000))
    capped = Series(measured.rounds, (Cap("lru_cache of own.load", 9_000, 20_000, 20_000),))
    found = judge(capped, RULES)
    assert found.verdict is Verdict.BOUNDED
    assert "filled: lru_cache of own.load (20,000 of 20,000 entries)" in found.reason


def test_a_gibibyte_is_horizon_enough():
    found = judge(series(lambda n: 1_000_000 * n, operations=50), RULES, last=True)
    assert found.verdict is Verdict.LEAKING


def test_a_list_that_over_allocates_by_an_eighth_is_a_leak():
    def allocated(n):
        size = 0
        while size < n:
            size += (size >> 3) + 6
        return 8 * size

    assert judge(series(allocated), RULES).verdict is Verdict.LEAKING


@pytest.mark.parametrize("at", [20_000, 60_000, 80_000])
def test_a_jump_may_come_again_until_four_times_as_many_operations_are_over(at):
    grown = series(lambda n: 1_000_000 * (n >= at), rounds=24)
    found = judge(grown, RULES)
    assert found.verdict is (Verdict.INCONCLUSIVE if grown.operations < 3 * at else Verdict.BOUNDED)
    assert found.decided is (found.verdict is Verdict.BOUNDED)
    assert judge(series(lambda n: 1_000_000 * (n >= at), rounds=100), RULES).decided


def test_jumps_that_come_again_and_again_are_a_leak():
    found = judge(series(lambda n: 1_000_000 * (n // 65_536), rounds=170), RULES)
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


@pytest.mark.parametrize(("size", "verdict"), [(30_000, Verdict.CLEAN), (500_000, Verdict.INCONCLUSIVE)])
def test_a_jump_that_is_less_than_the_limit_an_operation_is_none(size, verdict):
    found = judge(series(lambda n: size * (n >= 45_000), rounds=24), RULES, last=True)
    assert found.verdict is verdict


@pytest.mark.parametrize("every", [30_000, 40_000, 50_000])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rounds", [11, 16, 24])
def test_slabs_that_are_more_than_the_limit_an_operation_are_not_acquitted_before_the_second(every, seed, rounds):
    found = judge(series(lambda n: 1.2 * every * (n // every), rounds=rounds, seed=seed), RULES)
    assert found.verdict in {Verdict.LEAKING, Verdict.INCONCLUSIVE} or found.operations < 0.9 * every


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


def doubling(n, factor=2.0):
    size = 4_096.0
    while size < n * 8:
        size *= factor
    return size


@pytest.mark.parametrize("factor", [1.5, 2.0, 4.0])
@pytest.mark.parametrize("rounds", [33, 47, 70])
def test_a_table_that_is_made_several_times_as_large_is_never_acquitted(factor, rounds):
    """Half of what was measured, or three quarters, may lie between two of its jumps."""
    found = judge(series(lambda n: doubling(n, factor), rounds=rounds), RULES)
    assert found.verdict in {Verdict.LEAKING, Verdict.INCONCLUSIVE}


@given(seeds, st.integers(100, 400))
@settings(max_examples=20, deadline=None)
def test_a_table_that_doubles_for_ever_is_a_leak_of_its_size(seed, rounds):
    """Where a fold of the operations ends right at a jump, the next look tells."""
    looks = [series(doubling, rounds=rounds + more, operations=4_000, seed=seed) for more in (0, 40)]
    verdicts = [judge(measured, RULES) for measured in looks]
    assert {found.verdict for found in verdicts} <= {Verdict.LEAKING, Verdict.INCONCLUSIVE}
    leaking = [found.bytes for found in verdicts if found.verdict is Verdict.LEAKING]
    assert leaking
    assert all(size.low <= 8 <= size.high for size in leaking)


@given(seeds, st.integers(30, 50_000))
@settings(max_examples=50, deadline=None)
def test_a_table_that_stops_doubling_is_no_leak_once_its_next_jump_is_overdue(seed, entries):
    found = judge(series(lambda n: doubling(min(n, entries)), rounds=60, seed=seed), RULES)
    assert found.verdict in {Verdict.BOUNDED, Verdict.CLEAN}


def test_one_jump_of_a_table_does_not_hide_steady_growth():
    assert judge(series(lambda n: 20 * n + 3_000_000 * (n > 80_000)), RULES).verdict is Verdict.LEAKING


@given(seeds, st.integers(500, 24_000), st.integers(16, 2_000))
@settings(max_examples=50, deadline=None)
def test_a_cache_that_filled_is_bounded_or_clean(seed, entries, size):
    found = judge(series(lambda n: size * min(n, entries), seed=seed), RULES)
    assert found.verdict in {Verdict.BOUNDED, Verdict.CLEAN}


def test_a_cache_that_filled_after_the_warm_up_says_by_how_much_it_grew():
    found = judge(series(lambda n: 100 * min(n, 20_000)), RULES)
    assert found.verdict is Verdict.BOUNDED
    [grew_by] = re.findall(r"grew by ([\d,]+) bytes, then slowed", found.reason)
    assert 100_000 < int(grew_by.replace(",", "")) < 1_000_000


def test_a_cache_that_is_still_filling_by_chance_hits_is_no_leak():
    found = judge(series(lambda n: 100 * 60_000 * (1 - math.exp(-n / 60_000))), RULES, last=True)
    assert found.verdict is Verdict.INCONCLUSIVE


@given(seeds, st.integers(50, 50_000), st.integers(1, 200))
@settings(max_examples=50, deadline=None)
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
@settings(max_examples=20, deadline=None)
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


BLIND = {"native_memory": "no counter"}


@pytest.mark.parametrize(
    ("shape", "verdict"), [(lambda n: 0, Verdict.CLEAN), (lambda n: 40_000 * (n > 20_000), Verdict.BOUNDED)]
)
def test_what_was_not_read_is_not_acquitted_and_has_no_figure(shape, verdict):
    judgement = judge(series(shape), RULES)
    assert judgement.verdict is verdict
    found = within_what_was_read(judgement, BLIND)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.bytes is None
    assert "live_bytes" not in found.growth
    assert found.growth["threads"] == judgement.growth["threads"]
    assert found.reason == (
        "native memory not read: no counter; measure it under glibc's malloc, jemalloc or tcmalloc; "
        f"of the rest: {judgement.reason}"
    )


def test_what_was_read_convicts_but_its_growth_is_no_size_of_the_leak():
    judgement = judge(series(lambda n: 64 * n, lambda n: n), RULES)
    found = within_what_was_read(judgement, BLIND)
    assert found.verdict is Verdict.LEAKING
    assert found.bytes is None
    assert found.growth == judgement.growth
    assert found.reason.startswith(f"{judgement.reason}; native memory not read: no counter; ")


def test_pages_that_hold_what_was_not_read_give_the_leak_its_size():
    judgement = judge(series(lambda n: 0, pages=lambda n: 4_096 * (n // 64)), RULES)
    found = within_what_was_read(judgement, BLIND)
    assert found.convicted_by == ("mapped_pages",)
    assert found.bytes == judgement.bytes
    assert found.bytes.low <= 64 <= found.bytes.high


def test_the_stack_of_one_more_thread_is_no_part_of_a_leaks_size():
    late = judge(series(lambda n: 1_073 * n, lambda n: 2 * n, pages=lambda n: (n > 90_000) << 23), RULES)
    assert late.verdict is Verdict.LEAKING
    assert late.bytes.rate == pytest.approx(1_073, rel=0.01)
    assert late.growth["mapped_pages"].rate > 10
    assert late.bytes.high > 1_073 + late.growth["mapped_pages"].rate


def test_objects_that_were_not_read_are_not_acquitted_either():
    found = within_what_was_read(judge(series(lambda n: 0), RULES), {"python_objects": "hidden"})
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.reason.startswith("Python objects not read: hidden; ")


def test_other_readings_that_are_missing_leave_the_verdict_as_it_is():
    judgement = judge(series(lambda n: 0), RULES)
    assert within_what_was_read(judgement, {"threads": "no list"}) is judgement


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
    assert "with the calls of the workload by this tool, not with its " in found.reason
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
    assert "; a cache (640 of 500 entries) may be what moves. `--limit " in found.reason
    accepted = float(found.reason.partition("`--limit ")[2].partition("`")[0])
    assert judge(noisy, replace(RULES, limit=accepted)).verdict is not Verdict.INCONCLUSIVE


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
