"""What others wrote, from a list: one call of ``run`` for each, what of it is kept, and how its cells are counted."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import pages
import tool

from find_mem_leaks import errors, results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.results import Cell

HERE = Path(__file__).resolve().parent


class Subject(Protocol):
    """What is measured: its name, its results file, and what else is kept of the call."""

    @property
    def name(self) -> str: ...
    @property
    def results(self) -> Path: ...
    @property
    def times(self) -> Path: ...


S = TypeVar("S", bound=Subject)


@dataclass(frozen=True)
class Outcome(Generic[S]):
    """What came of a call of `run`.

    Attributes:
        subject, cells: what was measured, and what came of it.
        seconds: of the whole call.
        load: the load average at its end, on which seconds depend.
        plain: what a plain loop said of each leaking test, by its node id.
        of: how many tests the whole suite has.
    """

    subject: S
    cells: Sequence[Cell]
    seconds: float
    load: float
    plain: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    of: int = 0

    def keep(self) -> None:
        times = {"seconds": self.seconds, "load": self.load, "plain": self.plain, "of": self.of}
        self.subject.times.write_text(json.dumps(times, indent=1), encoding="utf-8")


def listed(name: str) -> dict[str, dict[str, Any]]:
    """Return the entries of a list, ``scripts/NAME.toml``."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def parser(document: str | None, known: Mapping[str, object]) -> argparse.ArgumentParser:
    """Return what all scripts take that measure what is on a list."""
    options = pages.parser(document)
    options.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(known)} (default: all)")
    options.add_argument(
        "--run", default="", metavar="ARGUMENTS", help="more arguments of `run`, such as --run=--quick"
    )
    return options


def measure(subject: S, words: Sequence[str], minutes: float | None = None, **options: Any) -> Outcome[S]:
    """Run the tool on what is to be measured; SystemExit if that ended otherwise than it may."""
    output = subject.results.absolute()
    output.parent.mkdir(parents=True, exist_ok=True)
    output.unlink(missing_ok=True)
    started = time.monotonic()
    code = ended(tool.command("run", *words, "-v", "--no-table", "-f", "-o", str(output)), minutes, **options)
    seconds = time.monotonic() - started
    if code not in tool.ENDS or not output.exists():
        raise SystemExit(f"{subject.name}: the run ended with exit code {code}")
    return Outcome(subject, _cells(output), seconds, os.getloadavg()[1])


def ended(words: Sequence[str], minutes: float | None, **options: Any) -> int:
    """Return the exit code of a call, which is ended after so many minutes as Ctrl-C does; 0 then."""
    process = subprocess.Popen(words, **options)
    try:
        return process.wait(minutes * 60 if minutes else None)
    except subprocess.TimeoutExpired:
        process.terminate()
        return errors.CLEAN if process.wait() == errors.INTERRUPTED else process.returncode


def kept(subject: S) -> Outcome[S] | None:
    """Return the outcome that was measured before, if it was."""
    if not subject.times.exists():
        return None
    return Outcome(subject, _cells(subject.results), **json.loads(subject.times.read_text(encoding="utf-8")))


def _cells(file: Path) -> list[Cell]:
    return [cell for cell in results.read(file) if not cell.interrupted]


def counts(cells: Sequence[Cell]) -> str:
    counted = Counter(cell.verdict.value for cell in cells)
    return ", ".join(f"{counted[verdict.value]} {verdict.value}" for verdict in Verdict if counted[verdict.value])


def leaking(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.verdict is Verdict.LEAKING]


def made(command: str) -> str:
    """Return the sentence above a table of them."""
    return (
        f"Made by `{command}` on {os.cpu_count()} cores, as many cells at once. *Load*: the load average of five "
        "minutes at the end of each call; where that is more than the cores, the machine was busy with other things."
    )
