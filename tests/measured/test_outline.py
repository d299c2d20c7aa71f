import functools
import sys

import pytest

from find_mem_leaks.measured.outline import outline

READ = 'def operation_read(i):\n    """Read it.\n\n    All of it."""\n'


@pytest.fixture(autouse=True)
def same_path(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def outlined(tmp_path):
    def get(text):
        (tmp_path / "own.py").write_text(text)
        return outline(str(tmp_path / "own.py"))

    return get


def test_operations_are_told_in_their_order_with_the_first_line_of_what_is_said_of_them(outlined):
    found = outlined(READ + "async def operation(i): pass\ndef operation_1(i, times=3): 'Once.'\n")
    assert list(found["operations"].items()) == [("read", "Read it."), ("operation", ""), ("1", "Once.")]
    assert (found["values"], found["problem"]) == ([], "")


def test_an_operation_may_be_anything_that_can_be_called(outlined):
    text = "import functools, time\noperation_sleep = time.sleep\noperation_list = list\n"
    text += "def both(a, i): pass\noperation_both = functools.partial(both, 1)\n"
    assert list(outlined(text)["operations"].items()) == [("sleep", time_sleep()), ("list", ""), ("both", "")]


def time_sleep():
    import time

    return functools.reduce(lambda _, line: line, time.sleep.__doc__.splitlines()[:1], "")


def test_values_are_told_by_their_names(outlined):
    found = outlined("def operation(i, value): pass\nPARAMETERS = {name: object() for name in ('one', 2)}\n")
    assert (found["values"], found["problem"]) == (["one", "2"], "")


def test_a_file_without_any_is_told_to_have_none(outlined):
    assert outlined("operations = 3\n")["operations"] == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def operation(): pass", "operation cannot be called as operation(i)"),
        ("def operation_a(i, value): pass", "operation_a cannot be called as operation_a(i)"),
        (
            READ + "    pass\nPARAMETERS = {'one': 1}",
            "operation_read cannot be called as operation_read(i, value), since there are PARAMETERS",
        ),
        ("PARAMETERS = [1]", "PARAMETERS is a list: make it a dict of names and values, such as"),
        ("PARAMETERS = None", "PARAMETERS is a NoneType: make it a dict"),
        ("PARAMETERS = {}", "PARAMETERS is empty: make it a dict"),
        ("PARAMETERS = {1: 2, '1': 3}", "PARAMETERS has a name twice: make it a dict"),
        ("PARAMETERS = {'a\\nb': 2}", "PARAMETERS has the name 'a\\nb', which cannot be printed: make it a dict"),
        ("PARAMETERS = {' ': 2}", "PARAMETERS has the name ' ', which cannot be printed: make it a dict"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_one_line(outlined, text, problem):
    assert outlined(text)["problem"].startswith(problem)


def test_settings_are_told_as_they_are_or_as_they_look(outlined):
    text = "LIMIT = 3\nTIME_CAP = 2.5\nEXPECT = ['leaking']\n"
    assert outlined(text)["settings"] == {"LIMIT": 3, "TIME_CAP": 2.5, "EXPECT": "['leaking']"}
