import json
import platform
import sys

import psutil

from find_mem_leaks.measured import descriptions


def test_an_interpreter_says_what_it_is():
    found = descriptions.describe(())
    assert found["python"] == platform.python_version()
    assert found["executable"] == sys.executable
    assert found["missing"] == []
    json.dumps(found)


def test_packages_have_their_versions_and_those_that_are_not_there_none():
    packages = descriptions.describe(())["packages"]
    assert packages.keys() == set(descriptions.PACKAGES)
    assert packages["psutil"] == psutil.__version__
    assert descriptions._version("a-package-that-nobody-has") is None


def test_modules_are_looked_for_and_never_imported():
    assert "this" not in sys.modules
    assert descriptions.missing(["json", "no_such_module", "this"]) == ["no_such_module"]
    assert "this" not in sys.modules


def test_no_modules_are_none_that_are_missing():
    assert descriptions.missing([]) == []
