"""Interpreters to measure in: finding one, building a throw-away environment, asking what it has."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from uv import find_uv_bin

from find_mem_leaks import scratch
from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects import catalogue
from find_mem_leaks.subjects.catalogue import Stack

OLDEST_PYTHON = (3, 8)
SQLALCHEMY = "sqlalchemy"
OLDEST_SQLALCHEMY = (1, 4)
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Environment:
    """An interpreter to measure in.

    Attributes:
        executable: its path.
        python: its version.
        packages: the versions of its packages.
        missing: the modules that it lacks, of those that it was asked about.
    """

    executable: str
    python: str
    packages: Mapping[str, str | None]
    missing: tuple[str, ...]

    def label(self, stack: Stack) -> str:
        """A stack's full label: if it needs SQLAlchemy, the installed series comes first, as in ``sqlalchemy2x_``."""
        version = self.packages.get(SQLALCHEMY)
        return prefix(version) + stack.name if version and SQLALCHEMY in stack.requires else stack.name

    def seen_by(self, stack: Stack) -> Environment:
        """This environment without SQLAlchemy, if the stack does not need it.

        A cell is told from others by its versions, so the stack has one cell in all SQLAlchemy series.
        """
        if SQLALCHEMY in stack.requires:
            return self
        others = {package: version for package, version in self.packages.items() if package != SQLALCHEMY}
        return replace(self, packages=others)

    def lacks(self, stack: Stack) -> tuple[str, ...]:
        """The modules that the stack needs and this environment has not."""
        return tuple(module for module in stack.requires if module in self.missing)


def prefix(sqlalchemy: str) -> str:
    """``1.4.54`` → ``sqlalchemy1x_``, ``2.0.58`` → ``sqlalchemy2x_``, ``2.1.9`` → ``sqlalchemy21x_``."""
    major, minor = sqlalchemy.split(".")[:2]
    series = major if (major, minor) in {("1", "4"), ("2", "0")} else major + minor
    return f"sqlalchemy{series}x_"


def find_python(interpreter: str) -> str:
    """The path of an interpreter: ``wanted`` itself if it is one, else that of an installed version such as ``3.9``.

    Versions are looked for on PATH and among pyenv's. UsageError if there is none.
    """
    if not re.fullmatch(r"3\.\d+(\.\d+)?", interpreter):
        path = shutil.which(interpreter)
        if path is None:
            raise UsageError(
                f"{interpreter} is not a Python interpreter: give the path of one, or an installed version such as 3.9"
            )
        return path
    for candidate in _candidates(interpreter):
        if _version_of(candidate).split(".")[: len(interpreter.split("."))] == interpreter.split("."):
            return str(candidate)
    raise UsageError(f"Python {interpreter} is not installed here: install it, or give the path of an interpreter")


def _candidates(version: str) -> Iterator[Path]:
    on_path = shutil.which(f"python{'.'.join(version.split('.')[:2])}")
    if on_path:
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for folder in sorted([*pyenv.glob(version), *pyenv.glob(f"{version}.*")], key=_release, reverse=True):
        yield folder / "bin" / "python"


def _release(folder: Path) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", folder.name)]


def _version_of(python: Path) -> str:
    """Return what the interpreter says its version is; empty if it does not answer."""
    code = "import platform; print(platform.python_version())"
    try:
        answer = subprocess.run(
            [python, "-c", code], capture_output=True, text=True, timeout=ANSWER_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()


@contextmanager
def throw_away(python: str, requirements: Sequence[str]) -> Iterator[str]:
    """An interpreter in a new environment with these packages, built by uv, gone at the end; UsageError if it fails."""
    with scratch.Folder("environment") as folder:
        built = str(Path(folder, "bin", "python"))
        _uv("venv", "--python", python, folder)
        _uv("pip", "install", "--python", built, *requirements)
        yield built


def install_into(folder: str, python: str, requirements: Sequence[str]) -> None:
    """Install packages for an interpreter into a folder, and leave the interpreter as it is; UsageError if it fails."""
    _uv("pip", "install", "--python", python, "--target", folder, *requirements)


def _uv(*arguments: str) -> None:
    command = [find_uv_bin(), "--quiet", "--no-config", "--no-progress", *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        reason = " ".join(answer.stderr.split())
        raise UsageError(f"the environment could not be built: {reason[:300]}")


def describe(executable: str, modules: Iterable[str]) -> Environment:
    """Ask an interpreter what it is and which of ``modules`` it lacks; UsageError if it is none that can measure."""
    request = json.dumps({"do": "describe", "modules": sorted(modules)})
    try:
        answer = subprocess.run(
            [executable, str(catalogue.MEASURED)],
            input=request + "\n",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ANSWER_SECONDS,
            check=False,
        )
        reply = json.loads(answer.stdout)
        environment = Environment(executable, reply["python"], reply["packages"], tuple(reply["missing"]))
    except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired):
        raise UsageError(
            f"{executable} is not a Python that can measure: give the path of a CPython 3.8 or newer"
        ) from None
    if _numbers(environment.python) < OLDEST_PYTHON:
        raise UsageError(f"{environment.executable} is Python {environment.python}: give one from CPython 3.8 on")
    return environment


def check_sqlalchemy(environment: Environment) -> None:
    """Raise UsageError for a SQLAlchemy that the stacks that ship do not support; a person's own file may use any."""
    sqlalchemy = environment.packages.get(SQLALCHEMY)
    if sqlalchemy and _numbers(sqlalchemy) < OLDEST_SQLALCHEMY:
        raise UsageError(
            f"{environment.executable} has SQLAlchemy {sqlalchemy}: install 1.4 or newer there for the stacks that ship"
        )


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int("".join(filter(str.isdigit, minor)))
