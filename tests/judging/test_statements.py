"""Every test of a verdict says what it asks, in the order in which the code puts them."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from find_mem_leaks.judging import criteria, hands_off
from find_mem_leaks.judging.statements import DECIDES, read, statements

LISTS = {name: getattr(criteria, name, None) or getattr(hands_off, name) for name in DECIDES}
ACQUITS = {DECIDES["ACQUITTING"], DECIDES["STAYING_SMALL"]}


def test_the_order_is_that_of_the_lists_that_judge():
    put = [test.statement.name for tests in LISTS.values() for test in tests]
    assert list(statements()) == put
    assert len(put) == len(set(put)) == 31


@pytest.mark.parametrize("name", LISTS)
def test_each_test_knows_what_its_list_decides(name):
    assert {statements()[test.statement.name].decides for test in LISTS[name]} == {DECIDES[name]}


@pytest.mark.parametrize("test", statements().values(), ids=lambda test: test.name)
def test_each_test_says_what_it_asks_its_figure_and_its_threshold(test):
    assert re.fullmatch(r"[A-Z].*\.", test.asks)
    for text in (test.figure, test.threshold):
        assert text
        assert not text.endswith(".")
        assert "  " not in text


@pytest.mark.parametrize("test", statements().values(), ids=lambda test: test.name)
def test_only_what_acquits_has_a_reason_of_a_cell_that_does_not_pass(test):
    assert bool(test.otherwise) == (test.decides in ACQUITS)
    fields = {"probe": "live bytes", "figure": 1234.5, "operations": 20_000}
    assert "{" not in test.otherwise.format(**fields)


def test_what_is_read_of_the_file_is_what_the_tests_themselves_say():
    for tests in LISTS.values():
        for test in tests:
            own = test.statement
            assert replace(own, decides=statements()[own.name].decides) == statements()[own.name]


def test_a_docstring_over_several_lines_is_read_as_one():
    lines = ("It is", "    so.", "", "    Figure: one", "        thing.", "    At most: 2.", "    Otherwise: it is not")
    statement = read("a_test", "\n".join(lines))
    assert statement.name == "a test"
    assert (statement.asks, statement.figure, statement.threshold) == ("It is so.", "one thing", "2")
    assert statement.at_most
    assert statement.otherwise == "it is not"


def test_without_docstrings_tests_are_what_their_files_say():
    code = (
        "from find_mem_leaks.judging import criteria, hands_off\n" + "print(criteria.ACQUITTING[0].statement.at_most)"
    )
    answer = subprocess.run([sys.executable, "-OO", "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout == "True\n"
