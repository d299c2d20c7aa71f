"""The options of a call for tests, and the tests that pytest collects by them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence

from find_mem_leaks.commands import applications
from find_mem_leaks.commands.options import Group, option
from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import suites
from find_mem_leaks.subjects.tests import Suite

OPTIONS = Group(
    "tests, such as tests/test_a.py::test_b, files or folders of them",
    option("-k EXPR", "those whose names match, as pytest has it", dest="keywords"),
    option("-m EXPR", "those that are marked so, as pytest has it", dest="marks"),
)


def given(arguments: argparse.Namespace) -> list[str]:
    """The options of tests as they were given, for pytest."""
    expressions = {"-k": arguments.keywords, "-m": arguments.marks}
    return [word for name, value in expressions.items() if value is not None for word in (name, value)]


def check(arguments: argparse.Namespace, tests: Collection[str]) -> None:
    """Raise UsageError for an option of tests where there is none."""
    words = given(arguments)
    if words and not tests:
        raise UsageError(f"{words[0]} is for tests: name a file or a folder of them, such as tests/test_orders.py")


def collected(arguments: argparse.Namespace, executable: str, targets: Sequence[str], stall: float) -> Suite:
    """The tests of an interpreter; what of the suite's options is not heeded is told."""
    seconds = max(stall, suites.COLLECTING)
    suite = suites.collect(executable, targets, given(arguments), seconds, applications.variables(arguments))
    if suite.switched_off:
        options = ", ".join(suite.switched_off)
        print(f"find-mem-leaks: {options} of the suite switched off: each test is measured alone", file=sys.stderr)
    return suite
