"""What the names of a call stand for."""

import pytest

from find_mem_leaks.commands import named, run
from find_mem_leaks.leading import outlines, suites
from find_mem_leaks.subjects.tests import Suite
from find_mem_leaks.subjects.workloads import NoOperationError, Outline


def test_a_file_without_an_operation_is_one_of_tests_if_pytest_finds_any(monkeypatch, tmp_path):
    def outline(_executable, file, *_):
        if file == "own.py":
            return Outline({"operation": ""})
        raise NoOperationError(f"{file} has no operation")

    monkeypatch.setattr(outlines, "outline", outline)
    monkeypatch.setattr(suites, "are_in", lambda _executable, file, *_: file == "tests_of_orders.py")
    monkeypatch.setattr(suites, "collect", lambda *_: Suite())
    monkeypatch.chdir(tmp_path)
    for name in ("own.py", "tests_of_orders.py", "other.py"):
        (tmp_path / name).touch()
    asked = named.find(run.parse([]), ["own.py", "tests_of_orders.py"], ["/python"], 60.0)
    assert (asked.files, [*asked.outlines]) == ({"own.py": "own"}, [("/python", "own.py")])
    assert [*asked.suites] == ["/python"]
    with pytest.raises(NoOperationError, match=r"other\.py has no operation"):
        named.find(run.parse([]), ["other.py"], ["/python"], 60.0)
