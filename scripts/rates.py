"""How many operations per second every stack does, in every SQLAlchemy series: one Markdown page.

``python scripts/rates.py FILE PACKAGE...`` builds an environment per series with these packages, carries out a short
fixed run of each stack in it, one after another, and writes the page. Rates of one page may be compared: they are of
one machine and one hour. Of a served stack an operation is a request.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from find_mem_leaks import commands, errors, results
from find_mem_leaks.commands.selection import CONCURRENCY
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import catalogue

SERIES = ("1.4", "2.0", "2.1")
ROUNDS = 2
OPERATIONS = 200
SCENARIO = "10000_operations"

PAGE = """# How fast the stacks are

Made by `nox -s rates` on a shared machine with 2 cores: operations per second of the balanced mix, the looks at memory
not counted; {rounds} rounds of {operations}, the first of which warms up. Behind a server an operation is a request,
{concurrency} of them in flight. Every figure is of one short run and wanders, by a quarter on a busy machine; compare
within the page only.

| architecture | stack | 1.4 | 2.0 | 2.1 |
| --- | --- | ---: | ---: | ---: |
{rows}
"""


def measure(series: str, packages: list[str]) -> list[Cell]:
    """Every stack that is no control, in a throw-away environment with this SQLAlchemy series."""
    requirements = [f"sqlalchemy[asyncio]=={series}.*", *packages]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.json"
        arguments = ["-s", SCENARIO, "--rounds", str(ROUNDS), "--operations", str(OPERATIONS), "-j", "1", "-v"]
        needed = [word for package in requirements for word in ("--with", package)]
        code = commands.call(["run", *arguments, *needed, "--no-table", "-o", str(path)])
        if code not in {errors.CLEAN, errors.LEAK}:
            sys.exit(code)
        return results.read(path)


def main(page: str, packages: list[str]) -> None:
    rates = {}
    for series in SERIES:
        for cell in measure(series, packages):
            rates[cell.stack.split("_", 1)[1], series] = cell.operations / cell.seconds
    rows = []
    for name, stack in catalogue.stacks().items():
        if not stack.is_control:
            figures = [f"{rates[name, series]:,.0f}" for series in SERIES]
            rows.append((stack.is_served, f"| {stack.architecture} | `{name}` | {' | '.join(figures)} |"))
    text = "\n".join(row for _, row in sorted(rows, key=lambda row: row[0]))
    Path(page).write_text(PAGE.format(rounds=ROUNDS, operations=OPERATIONS, concurrency=CONCURRENCY, rows=text))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
