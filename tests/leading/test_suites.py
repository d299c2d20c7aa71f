import sys

import pytest

from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.rules import QUICK
from find_mem_leaks.leading import suites
from find_mem_leaks.subjects.tests import Suite, Test

ONCE = Test("tests/test_orders.py::test_once[1]", "/home/tests/test_orders.py", skipped="no database")
SUITE = Suite((ONCE,), "/home")


def test_an_order_is_of_the_test_and_quick_if_nothing_else_is_asked_for():
    order = suites.order(SUITE, ONCE, time_cap=9.0, variables={"SHOP": "1"})
    assert (order.stack, order.file, order.scenario.name) == (ONCE.file, ONCE.file, "test_once[1]")
    assert (order.test, order.skipped) == (SUITE.request(ONCE), "no database")
    assert (order.rules, order.time_cap, order.variables) == (QUICK, 9.0, {"SHOP": "1"})


def test_the_tests_of_an_interpreter_are_collected_by_its_own_pytest(tmp_path):
    (tmp_path / "test_it.py").write_text("def test_a(): pass\ndef test_b(): pass\n")
    found = suites.collect(sys.executable, [str(tmp_path)], ["-k", "b"])
    assert [test.nodeid for test in found.tests] == ["test_it.py::test_b"]
    assert suites.are_in(sys.executable, str(tmp_path / "test_it.py"), 60.0, {})
    (tmp_path / "other.py").write_text("x = 1\n")
    assert not suites.are_in(sys.executable, str(tmp_path / "other.py"), 60.0, {})


def test_a_file_that_pytest_does_not_tell_of_in_time_is_not_said_to_be_without_tests(tmp_path):
    (tmp_path / "documents.py").write_text("x = 1\n")
    with pytest.raises(UsageError, match=r"has not collected .*documents\.py in 0 s: .* --collect-only"):
        suites.are_in(sys.executable, str(tmp_path / "documents.py"), 0.01, {})


def test_an_interpreter_that_does_not_start_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match=r"tests cannot be collected in /no/python: "):
        suites.collect("/no/python", ["tests"])
