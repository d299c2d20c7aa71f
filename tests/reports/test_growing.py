"""What grows in a leaking cell, in a word or two."""

import pytest

from cells import cell
from deployed_of import MEBIBYTE, deployed
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports.growing import what_grows


def leaking(*convicted_by, **changes):
    return cell(16, verdict=Verdict.LEAKING, convicted_by=convicted_by, **changes)


@pytest.mark.parametrize("verdict", [each for each in Verdict if each is not Verdict.LEAKING])
def test_nothing_grows_in_a_cell_that_does_not_leak(verdict):
    assert what_grows(cell(verdict=verdict, deployed=deployed(python=9 * MEBIBYTE))) == ""


@pytest.mark.parametrize(
    ("convicted_by", "words"),
    [
        (("live_bytes", "blocks"), "live objects"),
        (("live_bytes",), "live memory"),
        (("threads", "mapped_pages"), "threads, mapped pages"),
        (("file_descriptors",), "file descriptors"),
        (("uncollected_bytes",), "garbage"),
        (("resident_memory",), "kept by the allocators"),
        (("a_probe_of_later",), "a probe of later"),
    ],
)
def test_without_an_account_the_readings_that_convict_tell(convicted_by, words):
    assert what_grows(leaking(*convicted_by)) == words


@pytest.mark.parametrize(
    ("part", "words"), [("python", "live objects"), ("native", "native memory"), ("garbage", "garbage")]
)
def test_the_account_tells_what_live_bytes_are(part, words):
    parts = {"python": MEBIBYTE, "native": MEBIBYTE, "garbage": MEBIBYTE, part: 2 * MEBIBYTE}
    for convicted_by in (("live_bytes",), ("live_bytes", "blocks")):
        assert what_grows(leaking(*convicted_by, deployed=deployed(**parts))) == words


def test_an_account_that_saw_too_little_tells_nothing():
    little = deployed(garbage=MEBIBYTE - 1, kept_by_heap=MEBIBYTE - 1)
    assert what_grows(leaking("live_bytes", "blocks", deployed=little)) == "live objects"
    assert what_grows(leaking("resident_memory", deployed=little)) == "kept by the allocators"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"kept_by_heap": 9 * MEBIBYTE, "kept_by_python": MEBIBYTE}, "kept by the C heap"),
        ({"kept_by_heap": MEBIBYTE, "kept_by_python": 9 * MEBIBYTE}, "kept by Python's allocator"),
        ({"kept_by_heap": None, "kept_by_python": MEBIBYTE}, "kept by Python's allocator"),
    ],
)
def test_the_account_tells_which_allocator_keeps_memory(parts, words):
    assert what_grows(leaking("resident_memory", deployed=deployed(**parts))) == words
