"""The names of a call: stacks that ship, a person's own files, applications and tests."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from find_mem_leaks.commands import applications, tests
from find_mem_leaks.leading import outlines, suites
from find_mem_leaks.subjects import applications as subjects
from find_mem_leaks.subjects import catalogue, workloads
from find_mem_leaks.subjects import tests as of_tests
from find_mem_leaks.subjects.applications import Application
from find_mem_leaks.subjects.tests import Suite
from find_mem_leaks.subjects.workloads import Outline


@dataclass(frozen=True)
class Named:
    """The names of a call.

    Attributes:
        patterns: names of stacks that ship.
        files: labels of a person's own workloads, by their targets.
        outlines: what each file has, by the interpreter that sees it and the target.
        applications: applications, by what names them.
        suites: the tests, by the interpreter whose pytest collects them.
    """

    patterns: Sequence[str]
    files: Mapping[str, str]
    outlines: Mapping[tuple[str, str], Outline]
    applications: Mapping[str, Application]
    suites: Mapping[str, Suite]

    @property
    def is_of_stacks(self) -> bool:
        """Return whether stacks that ship are asked for, as they are where nothing is named."""
        return bool(self.patterns) or not (self.files or self.applications or self.suites)


def find(arguments: argparse.Namespace, names: Sequence[str], executables: Sequence[str], stall: float) -> Named:
    """Return what the names stand for in some interpreters; UsageError for options of what is not among it.

    A file without an operation stands for the application that it holds, or for its tests.
    """
    nodes = of_tests.find(names, list(catalogue.stacks()))
    others = [name for name in names if name not in nodes]
    served = subjects.find(others, arguments.app_dir, is_factory=arguments.factory)
    files = workloads.find([name for name in others if name not in served])
    patterns = [name for name in others if name not in files and name not in served]
    outlined, files_of_tests = _outlines(arguments, files, executables, stall)
    nodes += files_of_tests
    tests.check(arguments, nodes)
    served |= {
        file: subjects.of_file(file, one.applications) for (_, file), one in outlined.items() if one.applications
    }
    applications.check(arguments, served)
    return Named(
        patterns,
        {file: label for file, label in files.items() if file not in served and file not in nodes},
        {key: outline for key, outline in outlined.items() if key[1] not in served},
        {name: replace(application, workers=arguments.workers) for name, application in served.items()},
        {each: tests.collected(arguments, each, nodes, stall) for each in executables if nodes},
    )


def _outlines(
    arguments: argparse.Namespace, files: Iterable[str], executables: Sequence[str], stall: float
) -> tuple[dict[tuple[str, str], Outline], list[str]]:
    """Return what each file has, as each interpreter sees it; and the files without an operation that are of tests."""
    outlined: dict[tuple[str, str], Outline] = {}
    files_of_tests: list[str] = []
    variables = applications.variables(arguments)
    for executable, file in product(executables, files):
        try:
            outlined[executable, file] = outlines.outline(executable, file, stall, variables)
        except workloads.NoOperationError:
            if not suites.are_in(executable, file, stall, variables):
                raise
            files_of_tests.append(file)
    return outlined, list(dict.fromkeys(files_of_tests))
