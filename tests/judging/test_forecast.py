from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.judging.forecast import Standing, forecast, reached_at, rounded_down, rounded_up
from find_mem_leaks.judging.growth import Interval

MIB = 1 << 20


def standing(rate, low, high, operations=1_000, rss=100 * MIB):
    return Standing(operations, rss, Interval(rate, low, high))


def test_the_operations_are_those_carried_out_and_what_is_left_divided_by_the_rate():
    found = forecast(110 * MIB, standing(1_024, 512, 2_048))
    assert (found.earliest, found.expected, found.latest) == (1_000 + 5_120, 1_000 + 10_240, 1_000 + 20_480)


def test_a_lower_end_that_is_not_above_zero_leaves_the_upper_end_open():
    for low in (0.0, -3.0):
        found = forecast(110 * MIB, standing(1_024, low, 2_048))
        assert (found.expected, found.latest) == (11_240, inf)


def test_a_rate_that_is_not_above_zero_leaves_only_the_earliest():
    found = forecast(110 * MIB, standing(-1, -3, 1_024))
    assert (found.earliest, found.expected, found.latest) == (11_240, inf, inf)


def test_what_cannot_grow_never_reaches_anything_and_needs_no_new_worker():
    found = forecast(110 * MIB, standing(-1, -3, 0))
    assert (found.earliest, found.expected, found.latest) == (inf, inf, inf)
    assert found.max_requests is None


def test_after_a_quadrillion_operations_is_never():
    assert forecast(110 * MIB, standing(1e-9, 1e-9, 1e-9)).expected == inf


def test_requests_are_counted_by_the_upper_end_and_rounded_down_to_two_digits():
    assert forecast(110 * MIB, standing(1_024, 512, 2_048)).max_requests == 6_100
    assert forecast(110 * MIB, standing(1_024, 1_024, 1_024)).max_requests == 11_000


def test_a_limit_that_the_first_operation_exceeds_leaves_no_number_of_requests():
    assert forecast(110 * MIB, standing(1e9, 1e9, 1e9, operations=0)).max_requests is None


rates = st.floats(0.001, 1e6)


@given(st.lists(rates, min_size=3, max_size=3), st.integers(0, 10**7), st.integers(1, 10**10), st.integers(1, 10**10))
def test_a_worker_that_is_started_anew_in_time_stays_under_the_limit(three, operations, rss, left):
    low, rate, high = sorted(three)
    found = forecast(rss + left, standing(rate, low, high, operations, rss))
    assert operations <= found.earliest <= found.expected <= found.latest
    most = found.max_requests
    if most is not None:
        assert 0.9 * found.earliest - 1 < most <= found.earliest
        assert rss + high * (most - operations) <= (rss + left) * (1 + 1e-9)


@given(st.lists(rates, min_size=3, max_size=3), st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_higher_limit_is_reached_later(three, left, more):
    low, rate, high = sorted(three)
    first = forecast(left, standing(rate, low, high, 0, 0))
    second = forecast(left + more, standing(rate, low, high, 0, 0))
    assert first.earliest <= second.earliest
    assert first.expected <= second.expected
    assert first.latest <= second.latest


@pytest.mark.parametrize(
    ("number", "down", "up"),
    [(0, 0, 0), (7, 7, 7), (99, 99, 99), (100, 100, 100), (101, 100, 110), (1_999_999, 1_900_000, 2_000_000)],
)
def test_two_digits_are_kept(number, down, up):
    assert (rounded_down(number), rounded_up(number)) == (down, up)


@given(st.integers(1, 10**16))
def test_rounding_goes_one_way_and_by_less_than_a_tenth(number):
    assert number * 0.9 < rounded_down(number) <= number <= rounded_up(number) < number * 1.1


def deployed(*rss, begin=10):
    number = len(rss)
    nothing = ((0, 0, 0),) * number
    at = tuple(range(100, 100 * number + 1, 100))
    return Deployed(at, (1.0,) * number, rss, (1,) * number, nothing, {"rss": begin}, {"rss": rss[-1]})


def test_the_first_reading_at_the_limit_counts_even_if_memory_fell_again():
    assert reached_at(25, deployed(20, 25, 20, 30)) == 200
    assert reached_at(31, deployed(20, 25, 20, 30)) is None
    assert reached_at(10, deployed(20)) == 0
