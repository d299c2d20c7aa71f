import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from find_mem_leaks.judging.growth import Growth, groups, grown_with, lasting, quantile, slope
from find_mem_leaks.judging.probes import LIVE_BYTES, MAPPED_PAGES, THREADS

levels = st.lists(st.integers(0, 10**9), min_size=1, max_size=60).map(lambda made: np.array(made, dtype=float))


def grown(readings, *, probe=LIVE_BYTES, confidence=0.99, warm_up=(), operations=None, means=None):
    """Growth of these points, a thousand operations apart, with the warm-up's samples before them."""
    readings, before = np.array(readings, dtype=float), np.array(warm_up, dtype=float)
    every = 1_000.0 * np.arange(1, len(before) + len(readings) + 1)
    points = every[len(before) :] if operations is None else np.array(operations, dtype=float)
    every[len(before) :] = points
    of_means = None if means is None else (points, np.array(means, dtype=float))
    return Growth(probe, confidence, points, readings, every, np.concatenate([before, readings]), len(before), of_means)


def straight(rate, points=24):
    return [rate * 1_000 * point for point in range(points)]


@pytest.mark.parametrize(
    ("share", "freedom", "published"),
    [(0.995, 10, 3.1693), (0.975, 5, 2.5706), (0.95, 10, 1.8125), (0.995, 30, 2.75), (0.9, 20, 1.3253)],
)
def test_quantiles_are_those_of_students_t(share, freedom, published):
    assert quantile(share, freedom) == pytest.approx(published, rel=0.005)


def test_quantiles_lie_as_far_below_the_middle_as_above_it():
    assert quantile(0.5, 10) == pytest.approx(0)
    assert quantile(0.1, 7) == pytest.approx(-quantile(0.9, 7))


@given(st.floats(0.6, 0.999), st.integers(5, 100))
def test_quantiles_grow_with_the_share_and_shrink_with_the_degrees_of_freedom(share, freedom):
    assert quantile((1 + share) / 2, freedom) > quantile(share, freedom) > quantile(share, freedom + 1)


@given(st.lists(st.integers(1, 5_000), min_size=24, max_size=400))
def test_groups_cover_every_sample_exactly_once_and_in_order(lengths):
    cut = groups(np.cumsum(lengths).astype(float))
    assert list(np.concatenate(cut)) == list(range(len(lengths)))
    assert all(len(group) for group in cut)
    assert 12 <= len(cut) <= 24


@pytest.mark.parametrize(("samples", "points"), [(48, 24), (960, 24), (40, 20), (24, 12)])
def test_there_are_24_points_of_equal_operations_or_one_for_two_samples(samples, points):
    sizes = [len(group) for group in groups(np.arange(1.0, samples + 1))]
    assert len(sizes) == points
    assert max(sizes) - min(sizes) <= 1


def test_a_long_stretch_without_a_look_does_not_leave_too_few_points():
    cut = groups(np.array([*range(1, 60), 100_000], dtype=float))
    assert [len(group) for group in cut] == [5] * 12


@given(levels)
def test_what_lasts_never_falls_and_is_never_more_than_what_was_read(readings):
    kept = lasting(readings)
    assert (np.diff(kept) >= 0).all()
    assert (kept <= readings).all()
    assert kept[-1] == readings[-1]
    assert (lasting(kept) == kept).all()


@given(st.floats(-1_000, 1_000), st.integers(3, 50))
def test_the_slope_of_a_line_is_its_rate_without_an_error(rate, points):
    found, error = slope(np.arange(points, dtype=float), rate * np.arange(points))
    assert found == pytest.approx(rate, abs=1e-9)
    assert error == pytest.approx(0, abs=1e-9)


def test_a_reading_that_never_changes_has_no_slope_and_no_error():
    assert slope(np.arange(6.0), np.full(6, 12_345.0)) == (0.0, 0.0)


def test_the_slope_is_that_of_least_squares():
    operations = np.arange(1.0, 13)
    readings = np.array([3, 5, 4, 9, 7, 12, 11, 10, 15, 17, 14, 20.0])
    assert slope(operations, readings)[0] == pytest.approx(np.polyfit(operations, readings, 1)[0])


def test_the_error_of_a_slope_is_larger_where_neighbours_err_alike():
    operations = np.arange(24.0)
    valley = (operations - 11.5) ** 2
    independent = math.sqrt(np.polyfit(operations, valley, 1, cov=True)[1][0, 0])
    assert slope(operations, valley)[1] > 1.5 * independent


def test_the_error_of_a_slope_is_never_less_than_that_of_independent_errors():
    operations, turns = np.arange(24.0), np.array([1.0, -1.0] * 12)
    independent = math.sqrt(np.polyfit(operations, turns, 1, cov=True)[1][0, 0])
    assert slope(operations, turns)[1] == pytest.approx(independent)


def test_the_first_quarter_of_the_points_is_not_judged():
    found = grown([900, *[0] * 5, *range(18)])
    assert len(found.judged[0]) == 18
    assert found.rise == 17


def test_the_deepest_fall_is_from_any_point_to_any_later_one():
    assert grown([0, 50, 10, 40, 5, 60, 30, 80]).deepest_fall == 45
    assert grown(straight(3)).deepest_fall == 0


def test_settling_is_what_the_second_half_of_the_warm_up_rose_by():
    rise, longer = grown([500] * 24, warm_up=[0, 0, 10, 20, 40, 35, 90, 90]).settling
    assert rise == 500 - 35
    assert longer == pytest.approx(17_000 / 4_000)


@pytest.mark.parametrize("warm_up", [(), (1, 2, 3)])
def test_a_warm_up_of_less_than_four_samples_has_no_settling(warm_up):
    assert grown(straight(5), warm_up=warm_up).settling == (0.0, 1.0)


def test_growth_that_slows_down_has_a_lower_rate_over_its_second_half():
    first, second, error = grown([1_000 * math.sqrt(point) for point in range(24)]).halves
    assert 0 < second < first
    assert error > 0
    assert grown(straight(7)).halves == pytest.approx((7, 7, 0))


def test_even_growth_is_sure_beyond_all_bounds_and_none_is_not_sure_at_all():
    assert grown(straight(1)).sureness == 1e9
    assert grown([5] * 24).sureness == 0


def test_one_large_increment_is_one_increment():
    """It neither makes growth of what stays, nor hides growth that goes on."""
    assert grown([0] * 15 + [10**9] * 9).sureness == 0
    risen = [point * 1_000 + 10**9 * (point > 15) for point in range(24)]
    assert grown(risen).sureness > 8


def test_growth_at_every_other_point_is_as_sure_as_growth_at_every_point():
    assert grown([point // 2 * 1_000 for point in range(24)]).sureness > 100


def test_growth_in_three_places_is_not_sure():
    assert grown([1_000 * ((point > 8) + (point > 13) + (point > 20)) for point in range(24)]).sureness < 3


noisy = st.lists(st.integers(-500, 500), min_size=24, max_size=24)


@given(noisy, st.floats(-5, 5), st.floats(0.5, 0.99))
def test_the_interval_holds_its_rate_and_widens_with_the_confidence(noise, rate, confidence):
    readings = np.array(straight(rate)) + noise
    narrow = grown(readings, confidence=confidence).interval
    wide = grown(readings, confidence=(1 + confidence) / 2).interval
    assert wide.low <= narrow.low <= narrow.rate <= narrow.high <= wide.high


def test_a_noisy_reading_has_a_wider_interval_at_more_confidence():
    readings = [point * 1_000 + 400 * (point % 3) for point in range(24)]
    widths = [each.high - each.low for each in (grown(readings, confidence=at).interval for at in (0.9, 0.99, 0.999))]
    assert widths[0] < widths[1] < widths[2]


@pytest.mark.parametrize(("probe", "three_events"), [(LIVE_BYTES, 3 * 64), (MAPPED_PAGES, 3 * 4_096), (THREADS, 3)])
def test_what_was_never_seen_has_a_rate_below_three_events_in_the_operations_looked_at(probe, three_events):
    interval = grown([7] * 24, probe=probe).interval
    assert (interval.low, interval.high) == pytest.approx((-three_events / 11_000, three_events / 11_000))
    assert interval.rate == 0


def test_the_interval_reaches_as_far_as_the_rate_is_heading():
    """Of growth that fades the next quarter may have less, of growth that gathers pace more."""
    fading = grown([*straight(30, 12), *(330_000 + level for level in straight(10, 12))]).interval
    assert fading.low == 0
    gathering = grown([*straight(10, 12), *(110_000 + level for level in straight(30, 12))]).interval
    assert gathering.high == pytest.approx(50, rel=0.05)
    assert gathering.low == pytest.approx(30, rel=0.05)


def test_a_rate_below_zero_is_not_widened_to_zero_by_fading():
    falling = grown([*straight(30, 12), *(330_000 - level for level in straight(10, 12))]).interval
    assert falling.low == pytest.approx(-10, rel=0.05)


WANDERING = [700 * (point * 7 % 5) for point in range(24)]


def test_means_that_wander_less_than_the_lowest_readings_tell_the_rate_closer():
    lowest, both = grown(WANDERING).interval, grown(WANDERING, means=[5_000, 5_100] * 12).interval
    assert lowest.low < both.low < both.rate < both.high < lowest.high
    assert both.high - both.low < (lowest.high - lowest.low) / 3


@pytest.mark.parametrize("means", [straight(-9), [9_000 * (point * 7 % 5) for point in range(24)]])
def test_means_that_say_otherwise_or_wander_more_tell_nothing(means):
    """Peaks that become lower let the mean fall, over what the lowest readings gain."""
    assert grown(WANDERING, means=means).interval == grown(WANDERING).interval


def test_what_came_later_is_what_came_for_good_at_once_in_the_last_three_quarters():
    assert grown([0] * 4 + [100] * 20).later == 0
    assert grown([0] * 9 + [100] * 15).later == 100
    assert grown([0] * 9 + [100] * 14 + [0]).later == 0


def doubling(points):
    return [2.0 ** math.ceil(math.log2(max(point, 1))) for point in range(1, points + 1)]


def test_a_table_that_doubles_grows_fourfold_in_fourfold_operations():
    found = grown(doubling(256))
    assert [rises.sum() for rises in found.folds] == [192, 48, 12]
    assert found.fourfold == 1
    assert found.last_jump == pytest.approx(129 / 256)


def test_two_looks_at_the_end_are_one_for_when_the_last_jump_came():
    levels = [0.0] * 40 + [1_000.0] * 24
    every = [*range(1, 64), 63]
    assert grown(levels, operations=every).last_jump == pytest.approx(41 / 63)


def test_growth_at_one_rate_grows_fourfold_too_and_growth_that_ends_does_not():
    assert grown(straight(3, 256)).fourfold == pytest.approx(1, abs=0.05)
    assert grown([min(point, 40) for point in range(256)]).fourfold == 0
    assert grown([math.log(point) for point in range(1, 257)]).fourfold == pytest.approx(0.25, abs=0.02)


def test_what_never_rises_has_no_folds_and_is_waited_for_to_the_end():
    assert grown([10] * 64).fourfold == 0
    assert grown([10] * 64).last_jump == 1


def test_a_drain_is_a_fall_without_the_largest_single_one():
    assert grown([1_000 - 10 * point for point in range(24)]).drain == 100
    assert grown([1_000 * (point < 15) for point in range(24)]).drain == 0
    assert grown(straight(3)).drain == 0


def test_a_point_ends_with_one_of_the_samples_that_may_end_it():
    ends = np.arange(9, 400, 10)
    cut = groups(np.arange(400.0), ends)
    assert len(cut) == 20
    assert {group[-1] for group in cut} <= set(ends)


@pytest.mark.parametrize("count", [14, 30])
def test_two_samples_after_as_many_operations_are_in_one_point(count):
    operations = np.repeat([float(2**number) for number in range(count)], 2)
    cut = groups(operations, np.flatnonzero(np.diff(operations, append=np.inf)))
    assert all(operations[before[-1]] < operations[after[0]] for before, after in itertools.pairwise(cut))


def calls_and_operations():
    """Looks after 16 calls each, of stretches of random lengths."""
    lengths = np.random.default_rng(1).exponential(400, 300) + 16
    return np.arange(1.0, 301) * 16, np.cumsum(lengths)


def test_what_grows_with_calls_is_told_from_what_grows_with_operations():
    calls, operations = calls_and_operations()
    noise = np.random.default_rng(2).uniform(0, 300, len(calls))
    assert grown_with(calls, operations, 500 * calls + noise) == pytest.approx(500 * 299 * 16, rel=0.01)
    assert grown_with(calls, operations, 2 * operations + noise) == 0
    assert grown_with(calls, operations, 500 * calls + 2 * operations + noise) == 0
    assert grown_with(calls, operations, 100 * noise) == 0


def test_what_comes_with_the_calls_of_each_round_and_goes_with_its_end_has_not_grown():
    """As what a pool of connections has of each call until it is used again, when the round is over."""
    random = np.random.default_rng(2)
    calls = np.repeat(np.arange(60), 11) * 10 + np.tile([*range(1, 11), 10], 60)
    operations = np.cumsum(np.where(np.diff(calls, prepend=0) > 0, random.integers(1, 6, len(calls)), 0))
    readings = np.tile([*range(100, 1100, 100), 0.0], 60)
    assert grown_with(calls, operations, readings) == 0


def test_calls_that_go_with_operations_tell_nothing():
    calls, _ = calls_and_operations()
    assert grown_with(calls, 10 * calls, 500 * calls) == 0
