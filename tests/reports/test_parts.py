"""The growth hands-off in parts, as people read it."""

import pytest

from deployed_of import MEBIBYTE, deployed
from find_mem_leaks.judging.deployed import PARTS
from find_mem_leaks.reports import parts

EACH = {
    "python": 8 * MEBIBYTE,
    "native": 4 * MEBIBYTE,
    "garbage": 3 * MEBIBYTE,
    "kept_by_python": 2 * MEBIBYTE,
    "kept_by_heap": -MEBIBYTE,
    "mapped": MEBIBYTE,
    "shared": MEBIBYTE // 2,
    "files": MEBIBYTE // 4,
    "children": 3 * MEBIBYTE // 2,
    "left": MEBIBYTE // 2,
    "left_over": MEBIBYTE // 4,
}


def test_the_hands_off_parts_of_the_tests_have_the_account_that_was_asked_for():
    made = deployed(**EACH)
    assert made.full_account == EACH
    assert made.growth == 20 * MEBIBYTE
    assert list(made.account) == [part for part in PARTS if part != "unread_heap"]
    assert deployed(unread_heap=7).full_account == {
        "python": 0, "native": 0, "garbage": 0, "kept_by_python": 0, "unread_heap": 7, "mapped": 0, "shared": 0,
        "files": 0, "children": 0, "left": 0, "left_over": 0,
    }  # fmt: skip
    assert "kept_by_heap" not in deployed(kept_by_heap=None).account
    assert deployed(left_over=-5).full_account == {**dict.fromkeys(EACH, 0), "left_over": -5}


def test_each_part_has_its_name_its_megabytes_and_its_share_of_the_growth():
    found = [(part.key, part.name, part.megabytes, part.percent) for part in parts.parts(EACH)]
    assert found == [
        ("python", "live Python objects", "8.00", "40 %"),
        ("native", "live native memory", "4.00", "20 %"),
        ("garbage", "garbage not yet collected", "3.00", "15 %"),
        ("kept_by_python", "kept by Python's allocator", "2.00", "10 %"),
        ("kept_by_heap", "kept by the C heap", "-1.00", "-5 %"),
        ("mapped", "mapped by others", "1.00", "5 %"),
        ("shared", "shared memory", "0.50", "2 %"),
        ("files", "pages of files", "0.25", "1 %"),
        ("children", "child processes", "1.50", "8 %"),
        ("left", "shared memory left behind", "0.50", "2 %"),
        ("left_over", "left over", "0.25", "1 %"),
    ]


def test_the_growth_is_what_all_parts_and_what_is_left_over_come_to():
    whole = parts.summed(EACH)
    assert (whole.name, whole.size, whole.share) == ("growth in all", 20 * MEBIBYTE, 1)
    assert parts.total(EACH) == sum(part.size for part in parts.parts(EACH))


def test_a_part_that_the_process_could_not_tell_is_left_out():
    account = {key: size for key, size in EACH.items() if key != "kept_by_heap"}
    assert [part.key for part in parts.parts(account)] == list(account)


@pytest.mark.parametrize(
    ("growth", "share"),
    [(MEBIBYTE, "100 %"), (MEBIBYTE - 1, "–"), (0, "–"), (-MEBIBYTE, "–")],
)
def test_little_growth_is_not_shared_out(growth, share):
    account = {"python": growth, "left_over": 0}
    assert parts.parts(account)[0].percent == share
    assert parts.summed(account).percent == share


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0.00"), (-1, "0.00"), (1, "0.00"), (-MEBIBYTE, "-1.00"), (1_234.5 * MEBIBYTE, "1,234.50")],
)
def test_megabytes_have_two_decimals_and_no_minus_zero(size, text):
    assert parts.megabytes(size) == text


def test_a_part_that_reads_as_zero_is_nothing():
    small, large = parts.parts({"python": 100, "native": -20_000})
    assert (small.is_nothing, large.is_nothing) == (True, False)
