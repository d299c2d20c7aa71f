"""What pytest collects, by a session of pytest's inside of this one."""

import sys
from types import SimpleNamespace

import pytest

from find_mem_leaks.measured import collecting

SUITE = """
import pytest

class TestOrders:
    @pytest.mark.parametrize("number", [1, 2])
    def test_create(self, number):
        "Make an order."

@pytest.mark.skip(reason="no database")
def test_skipped():
    pass

@pytest.mark.skipif("nothing_like_it", reason="a condition that fails")
def test_condition():
    pass
"""


@pytest.fixture
def collect(tmp_path, monkeypatch):
    """Collect in a folder with these files."""
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path))
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    monkeypatch.chdir(folder)

    def collect(*arguments, targets=("test_it.py",), **files):
        for name, text in files.items():
            (folder / f"{name}.{'ini' if name == 'pytest' else 'py'}").write_text(text)
        asked = {"targets": list(targets), "arguments": list(arguments)}
        return collecting.outline(asked, str(tmp_path / "scratch"))

    yield collect
    sys.modules.pop("test_it", None)


def test_the_tests_of_a_file_have_their_node_ids_summaries_and_marks_that_skip_them(collect, tmp_path):
    found = collect(test_it=SUITE)
    assert found["problem"] == ""
    assert (found["rootdir"], found["configuration"]) == (str(tmp_path / "suite"), str(tmp_path / "suite/pytest.ini"))
    names = [test["nodeid"].removeprefix("test_it.py::") for test in found["tests"]]
    assert names == ["TestOrders::test_create[1]", "TestOrders::test_create[2]", "test_skipped", "test_condition"]
    assert [test["summary"] for test in found["tests"]] == ["Make an order.", "Make an order.", "", ""]
    assert [test["skipped"] for test in found["tests"]] == ["", "", "no database", ""]
    assert {test["path"] for test in found["tests"]} == {str(tmp_path / "suite/test_it.py")}


def test_tests_are_chosen_as_pytest_chooses_them(collect):
    found = collect("-k", "create and 2", test_it=SUITE)
    assert [test["nodeid"] for test in found["tests"]] == ["test_it.py::TestOrders::test_create[2]"]
    assert collect("-k", "nothing")["tests"] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("import nothing_like_it\n", "No module named 'nothing_like_it'"),
        ("def test_a(:\n", "SyntaxError: invalid syntax"),
        ("raise ValueError('at import')\n", "test_it.py:1 cannot be collected: ValueError: at import"),
    ],
)
def test_a_file_that_cannot_be_collected_is_told_in_a_line(collect, text, problem):
    found = collect(test_it=text)
    assert found["problem"].startswith("test_it.py")
    assert problem in found["problem"]
    assert "\n" not in found["problem"]
    assert collect("--continue-on-collection-errors")["problem"] == ""


@pytest.mark.parametrize(
    ("arguments", "problem"), [(("--no-such-option",), "--no-such-option"), (("-k", "and and"), "expression")]
)
def test_arguments_that_pytest_does_not_take_are_told(collect, arguments, problem, capsys):
    assert problem in collect(*arguments, test_it=SUITE)["problem"]


def test_a_test_that_is_not_there_is_told(collect):
    found = collect(targets=["test_it.py::test_gone"], test_it=SUITE)
    assert "test_gone" in found["problem"]


def test_options_that_would_be_in_the_way_are_switched_off_and_named(collect):
    found = collect(test_it=SUITE, pytest="[pytest]\naddopts = --import-mode=importlib --pdb --setup-show -x\n")
    assert found["problem"] == ""
    assert found["switched_off"] == ["--pdb", "--setup-show"]


def test_a_suite_may_be_without_the_cache_and_strict(collect):
    strict = "[pytest]\naddopts = -p no:cacheprovider --strict-config\nfilterwarnings = error\n"
    assert collect(test_it="def test_a(): pass", pytest=strict)["problem"] == ""


def test_pytest_that_is_missing_or_too_old_is_told_with_the_command(collect, monkeypatch):
    monkeypatch.setitem(sys.modules, "pytest", SimpleNamespace(__version__="6.2.5"))
    assert collect()["problem"] == "pytest is 6.2.5 there: install 7.0 or newer"
    monkeypatch.setitem(sys.modules, "pytest", None)
    assert collect()["problem"] == f"pytest is missing there: `{sys.executable} -m pip install pytest` installs it"
