from types import SimpleNamespace

import pytest

from find_mem_leaks.measured import callers


def package(name):
    return SimpleNamespace(__name__=name, __file__=f"/lib/{name}/__init__.py")


@pytest.fixture(autouse=True)
def none_yet():
    yield
    callers.begin()


def test_nothing_is_a_caller_before_it_is_said():
    assert not callers.is_caller("/lib/runner/python.py")


def test_what_lies_in_the_folder_of_a_package_is():
    callers.begin(*map(package, ("runner", "hooks")))
    assert callers.is_caller("/lib/runner/python.py")
    assert callers.is_caller("/lib/hooks/inner/call.py")
    assert not callers.is_caller("/lib/runner_of_others/python.py")


def test_a_class_of_one_of_its_modules_is_too():
    handler, other = type("Handler", (), {"__module__": "runner.logs"}), type("Other", (), {"__module__": "runners"})
    assert not callers.is_of_caller(handler)
    callers.begin(package("runner"))
    assert callers.is_of_caller(handler)
    assert not callers.is_of_caller(other)
