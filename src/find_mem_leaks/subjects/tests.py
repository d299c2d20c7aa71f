"""Tests as pytest knows them: telling them from other names, and what the target's pytest says that there is."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import ClassVar

from find_mem_leaks.errors import UsageError
from find_mem_leaks.measured import replies, requests
from find_mem_leaks.subjects.catalogue import operations

BETWEEN = "::"
# What pytest takes for a file of tests where its configuration does not say otherwise, and for one of doctests.
NAMES = ("test_*.py", "*_test.py")
DOCUMENTS = (".txt", ".rst", ".md")


@dataclass(frozen=True)
class Test:
    """A test.

    Attributes:
        nodeid: what pytest calls it, such as ``tests/test_orders.py::TestCreate::test_twice[1]``.
        path: the absolute path of its file.
        summary: the first line of its docstring.
        skipped: why a mark skips it; empty if none does.
    """

    __test__: ClassVar[bool] = False  # to pytest, where a file of tests imports it

    nodeid: str
    path: str
    summary: str = ""
    skipped: str = ""

    @property
    def file(self) -> str:
        """Its file as pytest names it: what its cell calls the stack."""
        return self.nodeid.partition(BETWEEN)[0]

    @property
    def name(self) -> str:
        """The rest: what its cell calls the scenario."""
        return self.nodeid.partition(BETWEEN)[2] or self.file

    def is_called(self, name: str) -> bool:
        """Return whether a name picks it: its own with its parameters or without, its class's, or its node id."""
        whole, plain = self.name, self.name.partition("[")[0]
        return name in (whole, plain, plain.rpartition(BETWEEN)[0], plain.rpartition(BETWEEN)[2], self.nodeid)


@dataclass(frozen=True)
class Suite:
    """The tests that pytest collected.

    Attributes:
        tests: all of them, in their order.
        rootdir: what their node ids begin at.
        configuration: the path of pytest's configuration; empty if there is none.
        arguments: those of pytest that each of them is collected with.
        switched_off: options of the suite that are not heeded.
    """

    tests: tuple[Test, ...] = ()
    rootdir: str = ""
    configuration: str = ""
    arguments: tuple[str, ...] = ()
    switched_off: tuple[str, ...] = ()

    def request(self, test: Test) -> requests.Test:
        """Return what the measured process is told of a test."""
        where = ["--rootdir", self.rootdir, *(["-c", self.configuration] if self.configuration else [])]
        return {"nodeid": test.nodeid, "path": test.path, "arguments": [*where, *self.arguments]}

    @property
    def files(self) -> dict[str, list[Test]]:
        """Its tests by their files, in their order."""
        by_file: dict[str, list[Test]] = {}
        for test in self.tests:
            by_file.setdefault(test.file, []).append(test)
        return by_file

    @property
    def names(self) -> tuple[str, ...]:
        """All names of its tests, with their parameters and without."""
        names = (name for test in self.tests for name in (test.name, test.name.partition("[")[0]))
        return tuple(dict.fromkeys(names))

    def picked(self, names: Sequence[str]) -> tuple[Test, ...]:
        """The tests that any of the names picks; all without a name. A name may be a pattern."""
        if not names:
            return self.tests
        return tuple(
            test for test in self.tests if any(test.is_called(name) or fnmatchcase(test.name, name) for name in names)
        )


def find(names: Sequence[str], stacks: Sequence[str]) -> list[str]:
    """Return those of the names that are tests: a node id, a folder, a file called as pytest's are, or one of doctests.

    A file called so that has an operation is a workload of one's own. UsageError for a node id of a file that is not
    there.
    """
    tests = [name for name in dict.fromkeys(names) if BETWEEN in name or _is_of_tests(name, stacks)]
    for name in tests:
        path = name.partition(BETWEEN)[0]
        if not Path(path).exists():
            raise UsageError(f"there is no file {path}: name a test as pytest does, such as tests/test_a.py::test_b")
    return tests


def _is_of_tests(name: str, stacks: Sequence[str]) -> bool:
    path = Path(name)
    if path.is_dir():
        return name not in stacks
    if path.suffix in DOCUMENTS:
        return path.is_file()
    return path.is_file() and any(fnmatchcase(path.name, pattern) for pattern in NAMES) and not _has_operation(path)


def _has_operation(path: Path) -> bool:
    try:
        return bool(operations(ast.parse(path.read_bytes()).body))
    except (OSError, SyntaxError, ValueError):
        return False


def suite(targets: Sequence[str], arguments: Sequence[str], executable: str, document: replies.OutlineTests) -> Suite:
    """Return what the target's pytest collected (``measured/collecting.py``); UsageError where that is nothing."""
    named = " ".join(targets)
    if document["problem"]:
        raise UsageError(f"{named} in {executable}: {document['problem']}")
    if not document["tests"]:
        which = f" that {' '.join(arguments)} picks" if arguments else ""
        raise UsageError(f"pytest finds no test in {named}{which}")
    return Suite(
        tuple(Test(**each) for each in document["tests"]),
        document["rootdir"],
        document["configuration"],
        switched_off=tuple(document["switched_off"]),
    )
