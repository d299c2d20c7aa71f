from types import SimpleNamespace

import pytest

from find_mem_leaks.measured import callers


@pytest.fixture(autouse=True)
def none_yet():
    yield
    callers.begin()


def test_nothing_is_a_caller_before_it_is_said():
    assert not callers.is_caller("/lib/runner/python.py")


def test_what_lies_in_the_folder_of_a_package_is():
    callers.begin(
        SimpleNamespace(__file__="/lib/runner/__init__.py"), SimpleNamespace(__file__="/lib/hooks/__init__.py")
    )
    assert callers.is_caller("/lib/runner/python.py")
    assert callers.is_caller("/lib/hooks/inner/call.py")
    assert not callers.is_caller("/lib/runner_of_others/python.py")
