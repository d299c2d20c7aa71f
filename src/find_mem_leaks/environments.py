"""Interpreters to measure in, the stacks that ship, and which of them an interpreter can run."""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from find_mem_leaks.errors import UsageError

MEASURED = Path(__file__).parent / "measured"
OLDEST_PYTHON = (3, 8)
OLDEST_SQLALCHEMY = (1, 4)
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Stack:
    """One file of ``measured/stacks``: its name, the first line of its docstring, the modules that it needs."""

    name: str
    summary: str
    requires: tuple[str, ...]


@dataclass(frozen=True)
class Environment:
    """An interpreter: its path, its version, the versions of its packages, the modules it lacks of those asked for."""

    executable: str
    python: str
    packages: Mapping[str, str | None]
    missing: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """How a stack's full label begins: the SQLAlchemy series, as in ``sqlalchemy2x_``."""
        return prefix(self.packages.get("sqlalchemy") or "0.0")

    def lacks(self, stack: Stack) -> tuple[str, ...]:
        """The modules that the stack needs and this environment has not."""
        return tuple(module for module in stack.requires if module in self.missing)


def prefix(sqlalchemy: str) -> str:
    """``1.4.54`` → ``sqlalchemy1x_``, ``2.0.58`` → ``sqlalchemy2x_``, ``2.1.9`` → ``sqlalchemy21x_``."""
    major, minor = sqlalchemy.split(".")[:2]
    series = major if (major, minor) in {("1", "4"), ("2", "0")} else major + minor
    return f"sqlalchemy{series}x_"


def stacks() -> dict[str, Stack]:
    """The stacks that ship, by name. Their files are read, never imported: that is the measured process's part."""
    files = sorted((MEASURED / "stacks").glob("[!_]*.py"))
    return {file.stem: _read_stack(file) for file in files}


def _read_stack(file: Path) -> Stack:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    summary = (ast.get_docstring(tree) or file.stem).split("\n\n")[0].replace("\n", " ")
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "REQUIRES":
            return Stack(file.stem, summary, tuple(ast.literal_eval(node.value)))
    return Stack(file.stem, summary, ())


def describe(executable: str, modules: Iterable[str]) -> Environment:
    """Ask an interpreter what it is and which of ``modules`` it lacks; UsageError if it is none that can measure."""
    request = json.dumps({"do": "describe", "modules": sorted(modules)})
    try:
        answer = subprocess.run(
            [executable, str(MEASURED)],
            input=request + "\n",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ANSWER_SECONDS,
        )
        found = json.loads(answer.stdout)
        environment = Environment(
            executable, found["python"], found["packages"], tuple(found["missing"])
        )
    except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired):
        raise UsageError(f"{executable} is no Python that can measure: give the path of a CPython 3.8 or newer") from None
    _check_versions(environment)
    return environment


def _check_versions(environment: Environment) -> None:
    if _numbers(environment.python) < OLDEST_PYTHON:
        raise UsageError(f"{environment.executable} is Python {environment.python}: give one from CPython 3.8 on")
    sqlalchemy = environment.packages.get("sqlalchemy")
    if sqlalchemy and _numbers(sqlalchemy) < OLDEST_SQLALCHEMY:
        raise UsageError(f"{environment.executable} has SQLAlchemy {sqlalchemy}: install 1.4 or newer there")


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int("".join(filter(str.isdigit, minor)))
