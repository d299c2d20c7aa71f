"""The comparison of `--what-if` with plain processes."""

import pytest
import what_if

MB = 1_000_000
KEEPS = "kept = []\n\n\ndef setup():\n    pass\n\n\ndef operation(i):\n    kept.append(bytearray(1_000))\n"


@pytest.mark.parametrize(
    ("growth", "plain", "is_right"),
    [
        (100 * MB, (109 * MB, 109 * MB), True),
        (100 * MB, (112 * MB, 112 * MB), False),
        (1 * MB, (3 * MB, 3 * MB), True),
        (1 * MB, (4 * MB, 4 * MB), False),
        (100 * MB, (80 * MB, 120 * MB), True),
        (100 * MB, (120 * MB, 80 * MB), True),
    ],
)
def test_a_line_is_right_within_a_tenth_or_two_megabytes_of_plain_processes(growth, plain, is_right):
    assert what_if.Line("as it is", 10, growth, plain).is_right is is_right


def test_the_page_has_a_row_for_each_line_and_counts_the_right_ones():
    right = what_if.Line("as it is", 1_000, 100 * MB, (101 * MB, 102 * MB))
    wrong = what_if.Line("jemalloc", 1_000, 50 * MB, (10 * MB, 10 * MB))
    page = what_if.page({"garbage": [right, wrong]}, "nox -s what_if")
    assert "Made by `nox -s what_if`" in page
    assert "1 of 2 lines" in page
    assert "| garbage | as it is | 1,000 | 100.0 | 101.0, 102.0 | yes |" in page
    assert "| garbage | jemalloc | 1,000 | 50.0 | 10.0, 10.0 | **no** |" in page


def test_each_change_is_tried_by_the_tool_and_without_it():
    lines = what_if.compare(KEEPS)
    assert [lines[0].change, lines[-1].change] == ["as it is", "as it is, again"]
    assert len(lines) >= 7
    assert all(line.is_right for line in lines), lines
    assert lines[0].growth > 2 * MB
