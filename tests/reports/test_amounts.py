from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from find_mem_leaks.commands.values import memory
from find_mem_leaks.reports import amounts


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0.0"), (-1_000, "0.0"), (3_240_000, "3.2"), (99_940_000, "99.9"), (607_400_000, "607"), (-5e6, "-5.0"),
     (1_234_567_890, "1,235")],
)  # fmt: skip
def test_megabytes_have_a_decimal_below_a_hundred(size, text):
    assert amounts.megabytes(size) == text


@pytest.mark.parametrize("text", ["512 MiB", "1 GiB", "512 MB", "3 GB", "1,536 MiB", "12,345 bytes"])
def test_a_limit_is_told_in_the_unit_that_it_is_a_whole_number_of(text):
    amount = text.replace(",", "").removesuffix(" bytes")
    assert amounts.limit(memory(amount)) == text


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((1.9e6, 1.7e6, 2.2e6), "1.9 million operations (1.7 to 2.2)"),
        ((1.93e6, 1.79e6, 2.11e6), "1.9 million operations (1.7 to 2.2)"),
        ((1.0e6, 8.7e5, 1.2e6), "1.0 million operations (0.87 to 1.2)"),
        ((19_400, 17_300, 22_100), "19,000 operations (17,000 to 23,000)"),
        ((7, 5, 9.5), "7 operations (5 to 10)"),
        ((4.5e9, 4e9, 12e9), "4.5 billion operations (4.0 to 12)"),
        ((4.5e12, 4e12, inf), "4.5 trillion operations (4.0 or more)"),
        ((1.9e6, 1.7e6, inf), "1.9 million operations (1.7 or more)"),
        ((inf, 1.7e6, inf), "1.7 million operations or more"),
        ((inf, 1_777, inf), "1,700 operations or more"),
    ],
)
def test_operations_have_two_digits_and_their_range_is_rounded_outwards(ends, text):
    assert amounts.operations(*ends) == text


@given(st.lists(st.floats(100, 1e14), min_size=3, max_size=3))
def test_any_three_numbers_of_operations_are_told_without_an_exponent(three):
    earliest, expected, latest = sorted(three)
    text = amounts.operations(expected, earliest, latest)
    assert "e+" not in text
    assert text.endswith(")")
