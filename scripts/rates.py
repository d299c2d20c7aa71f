"""How many operations per second every stack does, in every SQLAlchemy series: one Markdown page.

``python scripts/rates.py FILE PACKAGE...`` builds an environment per series with these packages, carries out a short
fixed run of each stack in it, one after another, and writes the page. Rates of one page may be compared: they are of
one machine and one hour. Of a served stack an operation is a request. A stack without SQLAlchemy is measured once.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from find_mem_leaks import commands, errors, results
from find_mem_leaks.commands.selection import CONCURRENCY
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import catalogue
from find_mem_leaks.subjects.catalogue import Stack
from find_mem_leaks.subjects.environments import SQLALCHEMY, prefix

SERIES = ("1.4", "2.0", "2.1")
ROUNDS = 2
OPERATIONS = 200
SCENARIO = "balanced"

PAGE = """# How fast the stacks are

Made by `nox -s rates` on a shared machine with 2 cores: operations per second of the balanced mix, the looks at memory
not counted; {rounds} rounds of {operations}, the first of which warms up. Behind a server an operation is a request,
{concurrency} of them in flight. Every figure is of one short run and wanders, by a quarter on a busy machine; compare
within the page only. A stack without SQLAlchemy has one figure, which stands in all three columns.

| architecture | stack | 1.4 | 2.0 | 2.1 |
| --- | --- | ---: | ---: | ---: |
{rows}
"""


def measured_in(stack: Stack, series: str) -> str:
    """The series in whose environment the figure of a column is measured: the first for a stack without SQLAlchemy."""
    return series if SQLALCHEMY in stack.requires else SERIES[0]


def measure(series: str, stacks: Sequence[str], packages: Sequence[str]) -> list[Cell]:
    """Measure stacks in a throw-away environment with this SQLAlchemy series; end the program if one fails."""
    requirements = [f"sqlalchemy[asyncio]=={series}.*", *packages]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.json"
        arguments = ["-s", SCENARIO, "--rounds", str(ROUNDS), "--operations", str(OPERATIONS), "-j", "1", "-v"]
        needed = [word for package in requirements for word in ("--with", package)]
        code = commands.call(["run", *stacks, *arguments, *needed, "--no-table", "-o", str(path)])
        if code not in {errors.CLEAN, errors.LEAK}:
            sys.exit(code)
        return results.read(path)


def name(cell: Cell) -> str:
    """The name of the cell's stack, without the series."""
    return cell.stack.removeprefix(prefix(cell.sqlalchemy)) if cell.sqlalchemy else cell.stack


def main(page: str, packages: Sequence[str]) -> None:
    stacks = [stack for stack in catalogue.stacks().values() if stack.is_usual]
    stacks.sort(key=lambda stack: stack.is_served)
    rates = {}
    for series in SERIES:
        here = [stack.name for stack in stacks if measured_in(stack, series) == series]
        for cell in measure(series, here, packages):
            rates[name(cell), series] = cell.operations / cell.seconds
    rows = []
    for stack in stacks:
        figures = [f"{rates[stack.name, measured_in(stack, series)]:,.0f}" for series in SERIES]
        rows.append(f"| {stack.architecture} | `{stack.name}` | {' | '.join(figures)} |")
    text = "\n".join(rows)
    Path(page).write_text(PAGE.format(rounds=ROUNDS, operations=OPERATIONS, concurrency=CONCURRENCY, rows=text))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
