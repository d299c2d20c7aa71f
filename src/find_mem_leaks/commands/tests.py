"""What a call asks of tests: which of the names are tests, and which of those that pytest finds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from find_mem_leaks.commands import applications
from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import outlines, suites
from find_mem_leaks.subjects import catalogue, tests, workloads
from find_mem_leaks.subjects.tests import Suite
from find_mem_leaks.subjects.workloads import Outline

OPTIONS = ("-k", "-m")


def add(verb: Any) -> None:
    """The options of tests."""
    group = verb.add_argument_group("tests, such as tests/test_a.py::test_b, files or folders of them")
    group.add_argument("-k", dest="keywords", metavar="EXPR", help="those whose names match, as pytest has it")
    group.add_argument("-m", dest="marks", metavar="EXPR", help="those that are marked so, as pytest has it")


def given(arguments: argparse.Namespace) -> list[str]:
    """The options of tests as they were given, for pytest or for another verb that takes them."""
    values = zip(OPTIONS, (arguments.keywords, arguments.marks), strict=True)
    return [word for option, value in values if value is not None for word in (option, value)]


def find(names: Sequence[str]) -> list[str]:
    """Those of the names that are tests."""
    return tests.find(names, list(catalogue.stacks()))


def check(arguments: argparse.Namespace, found: Collection[str]) -> None:
    """UsageError for an option of tests where there is none."""
    words = given(arguments)
    if words and not found:
        raise UsageError(f"{words[0]} is for tests: name a file or a folder of them, such as tests/test_orders.py")


def outlines_of(
    arguments: argparse.Namespace, executable: str, files: Iterable[str], stall: float
) -> tuple[dict[str, Outline], list[str]]:
    """What each file has, as an interpreter sees it; and the files without an operation that are of tests."""
    own: dict[str, Outline] = {}
    variables, more = applications.variables(arguments), []
    for file in files:
        try:
            own[file] = outlines.outline(executable, file, stall, variables)
        except workloads.NoOperationError:
            if not suites.are_in(executable, file, stall, variables):
                raise
            more.append(file)
    return own, more


def collected(arguments: argparse.Namespace, executable: str, targets: Sequence[str], stall: float) -> Suite:
    """The tests of an interpreter; what of the suite's options is not heeded is told."""
    found = suites.collect(executable, targets, given(arguments), stall, applications.variables(arguments))
    if found.switched_off:
        options = ", ".join(found.switched_off)
        print(f"find-mem-leaks: {options} of the suite switched off: each test is measured alone", file=sys.stderr)
    return found
