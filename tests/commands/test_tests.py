import pytest

from find_mem_leaks.commands import run, tests
from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import suites
from find_mem_leaks.subjects.tests import Suite, Test


def test_the_options_of_tests_are_given_to_pytest_as_they_are():
    assert tests.given(run.parse(["tests", "-k", "a or b", "-m", "slow"])) == ["-k", "a or b", "-m", "slow"]
    assert tests.given(run.parse(["tests"])) == []


def test_an_option_of_tests_without_tests_is_wrong_usage():
    tests.check(run.parse(["tests", "-m", "slow"]), ["tests"])
    with pytest.raises(UsageError, match="-m is for tests: name a file or a folder of them"):
        tests.check(run.parse(["sync_session", "-m", "slow"]), [])


def test_what_is_not_heeded_of_the_suites_options_is_told(monkeypatch, capsys):
    found = Suite((Test("a.py::test_a", "/a.py"),), "/", switched_off=("--cov", "-n"))
    asked = []
    monkeypatch.setattr(suites, "collect", lambda *words: asked.append(words) or found)
    arguments = run.parse(["a.py", "-k", "a", "--env", "SHOP=1"])
    assert tests.collected(arguments, "/python", ["a.py"], 60.0) is found
    assert asked == [("/python", ["a.py"], ["-k", "a"], suites.COLLECTING, {"SHOP": "1"})]
    tests.collected(arguments, "/python", ["a.py"], 900.0)
    assert asked[-1][3] == 900.0
    assert "--cov, -n of the suite switched off" in capsys.readouterr().err
