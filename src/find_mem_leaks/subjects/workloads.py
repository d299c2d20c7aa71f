"""A person's own workloads: telling them from the names of stacks, naming their cells, and what their files say."""

from __future__ import annotations

import ast
import math
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from find_mem_leaks import errors
from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import catalogue
from find_mem_leaks.subjects.catalogue import DEFINITIONS, OPERATION
from find_mem_leaks.subjects.scenarios import OPERATIONS, Scenario

# What stands between the names of an operation and of its value in that of a scenario.
BETWEEN = "-"
NO_OPERATION = """{file} has no operation. An operation is what your application does again and again, in a function:
    def operation(i):           # called with 0, 1, 2, ...; an async def works too
        cache[f"user {{i}}"] = load_user(i)
Any number of them, each measured by itself, are called operation_NAME(i).
`find-mem-leaks new leaks.py` writes a file that runs. An application is named module:app, such as shop.main:app."""


EXPECTED = ("leaking", "clean")


class NoOperationError(UsageError):
    """A file has nothing to be called; it may still be one of tests."""


@dataclass(frozen=True)
class Settings:
    """The settings of a file for its verdict; None where it has none.

    Attributes:
        limit: bytes per operation that a clean cell stays under.
        time_cap: seconds that a cell may take.
        expect: the verdict that is known to be true of its operations.
    """

    limit: float | None = None
    time_cap: float | None = None
    expect: str | None = None


# Of a file that says nothing, and of stacks.
UNSAID = Settings()


@dataclass(frozen=True)
class Outline:
    """The outline of a file.

    Attributes:
        operations: the first line of each operation's docstring, by the names of their scenarios.
        values: names of the values that each of them is measured with; empty where they take none.
        is_read: whether the file could be read at all; if not, its cell says why.
        settings: how it is to be judged.
        applications: names of its applications, where it has no operation.
    """

    operations: Mapping[str, str] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    is_read: bool = True
    settings: Settings = UNSAID
    applications: tuple[str, ...] = ()

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of its cells: of each operation, with each value."""
        if not self.values:
            return tuple(self.operations)
        return tuple(f"{name}{BETWEEN}{value}" for name in self.operations for value in self.values)

    @property
    def summaries(self) -> dict[str, str]:
        """Summaries of its cells, by their names."""
        return {scenario: self.operations[scenario.split(BETWEEN)[0]] for scenario in self.scenarios}

    def named(self, name: str) -> tuple[str, ...]:
        """The scenarios that a name picks: that of a scenario, an operation or a value."""
        parts = {scenario: scenario.split(BETWEEN, 1) for scenario in self.scenarios}
        return tuple(scenario for scenario in self.scenarios if name in (scenario, *parts[scenario]))

    def picked(self, names: Sequence[str]) -> tuple[str, ...]:
        """The scenarios that any of the names picks; all without a name. Those of a file that is not read are as they
        are called."""
        if not self.is_read:
            return tuple(names) or (OPERATION,)
        picked = {scenario for name in names for scenario in self.named(name)}
        return tuple(scenario for scenario in self.scenarios if not names or scenario in picked)

    @property
    def names(self) -> tuple[str, ...]:
        """All names that pick a scenario."""
        return tuple(dict.fromkeys((*self.operations, *self.values, *self.scenarios)))


def find(names: Sequence[str]) -> dict[str, str]:
    """The workloads among the names: what to load (an absolute path, or package.module as it is), and its label.

    A name with a path separator or the ending ``.py`` is a file, one with a dot a module; UsageError if a file is
    missing. The label is the file's name without its ending, or its whole path where two would have the same.
    """
    targets = [name for name in dict.fromkeys(names) if _is_file(name) or _is_module(name)]
    for name in filter(_is_file, targets):
        if not Path(name).is_file():
            raise UsageError(f"there is no file {name}: name a Python file with a function operation(i)")
    times = Counter(_stem(name) for name in targets)
    return {name: _stem(name) if times[_stem(name)] == 1 else name for name in targets}


def scenario(operations: int | None, name: str = OPERATION) -> Scenario:
    """A scenario of a workload."""
    return Scenario(name, None, operations or OPERATIONS)


def outline(target: str, document: Mapping[str, Any] | None) -> Outline:
    """The outline of a workload as its interpreter gave it (``measured/outline.py``); None where it could not import
    the file: what stands in it can be read nevertheless. UsageError for what cannot be measured."""
    description = document or _read(target)
    if description is None:
        return Outline(is_read=False)
    if not description["operations"] and description.get("applications"):
        return Outline(applications=tuple(description["applications"]))
    if not description["operations"]:
        raise NoOperationError(NO_OPERATION.format(file=target))
    if description["problem"]:
        raise UsageError(f"{target}: {description['problem']}")
    settings = _settings(target, description["settings"])
    return Outline(description["operations"], tuple(description["values"]), settings=settings)


def _settings(target: str, assigned: Mapping[str, Any]) -> Settings:
    """The settings of a file; UsageError for one that means nothing."""
    for name, of in (("LIMIT", "bytes per operation"), ("TIME_CAP", "seconds")):
        value = assigned.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
            raise UsageError(f"{target}: {name} is {value!r}: make it a number of {of} above 0")
    expect = assigned.get("EXPECT")
    if "EXPECT" in assigned and expect not in EXPECTED:
        raise UsageError(f'{target}: EXPECT is {expect!r}: make it "leaking", or leave it out')
    return Settings(assigned.get("LIMIT"), assigned.get("TIME_CAP"), expect)


def pick(target: str, outline: Outline, name: str | None) -> str:
    """The one scenario that is asked for; UsageError where there are several, or none of that name."""
    picked = outline.picked([name] if name else [])
    if not picked:
        raise errors.unknown(f"operation in {target} called", name or "", outline.names)
    if len(picked) > 1:
        raise UsageError(f"{target} has {len(picked)} cells, {', '.join(picked)}: name one of them with -s")
    return picked[0]


def _read(target: str) -> dict[str, Any] | None:
    """The outline of a file whose text alone is looked at; None if that is not possible."""
    path = Path(target) if _is_file(target) else Path(*target.split(".")).with_suffix(".py")
    try:
        nodes = list(_statements(ast.parse(path.read_bytes())))
    except (OSError, SyntaxError, ValueError):
        return None
    functions = catalogue.operations(nodes)
    if not functions:
        return None
    operations = {name: (ast.get_docstring(node) or "").split("\n")[0] for name, node in functions.items()}
    assigned = _assigned(nodes)
    settings = {name: _literal(assigned[name]) for name in ("LIMIT", "TIME_CAP", "EXPECT") if name in assigned}
    literal = {name: value for name, value in settings.items() if value is not None}
    return {"operations": operations, "values": _keys(assigned.get("PARAMETERS")), "settings": literal, "problem": ""}


def _literal(value: ast.expr) -> Any:
    """Return what is written there; None where it would have to be worked out."""
    try:
        return ast.literal_eval(value)
    except ValueError:
        return None


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements of a file that are carried out when it is imported, those in an ``if`` or a ``try`` too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        if not isinstance(child, (*DEFINITIONS, ast.ClassDef, ast.expr)):
            yield from _statements(child)


def _assigned(nodes: Sequence[ast.stmt]) -> dict[str, ast.expr]:
    """Return what is assigned to names."""
    return {ast.unparse(node.targets[0]): node.value for node in nodes if isinstance(node, ast.Assign)}


def _keys(value: ast.expr | None) -> list[str]:
    keys = value.keys if isinstance(value, ast.Dict) else []
    return [str(key.value) for key in keys if isinstance(key, ast.Constant)]


def _is_file(name: str) -> bool:
    return os.sep in name or name.endswith(".py")


def _is_module(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", name) is not None


def _stem(name: str) -> str:
    return Path(name).stem if _is_file(name) else name
