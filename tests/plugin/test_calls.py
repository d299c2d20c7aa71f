from types import SimpleNamespace

import pytest

from find_mem_leaks.plugin import calls


@pytest.mark.parametrize(
    ("given", "targets", "left"),
    [
        (["tests", "-v"], ["tests"], ["-v"]),
        (["-k", "tests", "tests"], ["tests"], ["-k", "tests"]),
        (["--db", "x", "a.py", "b.py::test"], ["a.py", "b.py::test"], ["--db", "x"]),
        (["-v"], ["tests"], ["-v"]),  # from testpaths
        (["orders", "-k", "orders"], ["orders"], ["-k", "orders"]),
        (["tests", "--confcutdir", "tests"], ["tests"], ["--confcutdir", "tests"]),
        ([".", "--rootdir", "."], ["."], ["--rootdir", "."]),
        (["--rootdir", "tests", "-x", "tests"], ["tests"], ["--rootdir", "tests", "-x"]),
        (["a.py", "a.py", "-q"], ["a.py", "a.py"], ["-q"]),
    ],
)
def test_what_pytest_is_given_is_told_without_what_it_names(pytestconfig, given, targets, left):
    assert calls.without_targets(pytestconfig, given, targets) == left


def test_an_operation_is_called_by_its_name():
    assert calls.name(len) == "len"
    assert calls.name(lambda: 0) == "<lambda>"
    assert calls.name(calls.pytest.Item) == "Item"


@pytest.mark.parametrize(
    ("marks", "is_grouped", "nodeid"),
    [
        ([pytest.mark.xdist_group("db")], True, "a.py::test_a"),
        ([pytest.mark.xdist_group(name="db")], True, "a.py::test_a"),
        ([pytest.mark.xdist_group("db")], False, "a.py::test_a@db"),
        ([], True, "a.py::test_a@db"),
    ],
)
def test_a_test_of_a_group_is_called_as_without_xdist(marks, is_grouped, nodeid):
    """Before pytest 9 xdist adds the group to the name of the test, in its own processes."""
    item = SimpleNamespace(
        nodeid="a.py::test_a@db",
        path="a.py",
        get_closest_marker=lambda name: None,
        iter_markers=lambda name: [mark.mark for mark in marks],
        config=SimpleNamespace(getoption=lambda name, default: is_grouped),
    )
    called = calls.test(item)
    assert (called["nodeid"], called["key"]) == (nodeid, "0/a.py::test_a@db")
