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
    ],
)
def test_what_pytest_is_given_is_told_without_what_it_names(given, targets, left):
    assert calls.without_targets(given, targets) == left


def test_an_operation_is_called_by_its_name():
    assert calls.name(len) == "len"
    assert calls.name(lambda: 0) == "<lambda>"
    assert calls.name(calls.pytest.Item) == "Item"
