"""How many operations per second every stack does, in every SQLAlchemy series: one Markdown page.

``python scripts/rates.py FILE PACKAGE... [--database NAME]...`` builds an environment per series with these packages,
carries out a short fixed run of each stack in it, one after another, and of plain sessions on these databases, and
writes the page. Rates of one page may be compared: they are of one machine and one hour. Of a served stack an operation
is a request. A stack without SQLAlchemy is measured once.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import tool

from find_mem_leaks import errors
from find_mem_leaks.commands.selection import CONCURRENCY
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import catalogue, databases
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
SESSIONS = ("sync_session", "async_session")
DRIVERS = """
## On servers

Plain sessions on a PostgreSQL and a MariaDB of the run's own, by each driver; the server takes its part of the two
cores. Figures of SQLite above are of the same operations.

| driver | stack | 1.4 | 2.0 | 2.1 |
| --- | --- | ---: | ---: | ---: |
{rows}
"""


def measured_in(stack: Stack, series: str) -> str:
    """The series in whose environment the figure of a column is measured: the first for a stack without SQLAlchemy."""
    return series if SQLALCHEMY in stack.requires else SERIES[0]


def measure(
    series: str, stacks: Sequence[str], packages: Sequence[str], on: Sequence[str] = (databases.SQLITE,)
) -> list[Cell]:
    """Measure stacks in a throw-away environment with this SQLAlchemy series; end the program if one fails."""
    requirements = [f"sqlalchemy[asyncio]=={series}.*", *packages]
    words = ["-s", SCENARIO, "--rounds", str(ROUNDS), "--operations", str(OPERATIONS), "-j", "1", "-v"]
    words += [f"--database={name}" for name in on] + [f"--with={package}" for package in requirements]
    return tool.run(*stacks, *words, ends=(errors.CLEAN, errors.LEAK))


def name(cell: Cell) -> str:
    """The name of the cell's stack, without the series and the driver."""
    stack = cell.stack.removeprefix(prefix(cell.sqlalchemy)) if cell.sqlalchemy else cell.stack
    return stack.removesuffix(f"_{databases.DRIVERS[cell.database].short}") if cell.database else stack


def of_stacks(packages: Sequence[str]) -> Iterator[str]:
    """A row for each stack: how fast it is on SQLite in each series."""
    stacks = [stack for stack in catalogue.stacks().values() if stack.is_usual]
    stacks.sort(key=lambda stack: stack.is_served)
    rates = {}
    for series in SERIES:
        here = [stack.name for stack in stacks if measured_in(stack, series) == series]
        for cell in measure(series, here, packages):
            rates[name(cell), series] = cell.operations / cell.seconds
    for stack in stacks:
        figures = [f"{rates[stack.name, measured_in(stack, series)]:,.0f}" for series in SERIES]
        yield f"| {stack.architecture} | `{stack.name}` | {' | '.join(figures)} |"


def of_drivers(drivers: Sequence[str], packages: Sequence[str]) -> Iterator[str]:
    """A row for each driver and style of sessions that it serves; a dash where a series has no such driver."""
    rates: dict[tuple[str, str], dict[str, float]] = {}
    for series in SERIES:
        for cell in measure(series, SESSIONS, packages, drivers):
            rates.setdefault((str(cell.database), name(cell)), {})[series] = cell.operations / cell.seconds
    for driver in drivers:
        for stack in SESSIONS:
            if by_series := rates.get((driver, stack)):
                figures = [f"{by_series[series]:,.0f}" if series in by_series else "–" for series in SERIES]
                yield f"| `{driver}` | `{stack}` | {' | '.join(figures)} |"


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("page", type=Path, metavar="FILE")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="what the stacks need")
    parser.add_argument("--database", action="append", default=[], metavar="NAME", help="a driver of a server")
    arguments = parser.parse_intermixed_args(words)
    rows = "\n".join(of_stacks(arguments.packages))
    driven = "\n".join(of_drivers(arguments.database, arguments.packages)) if arguments.database else ""
    text = PAGE.format(rounds=ROUNDS, operations=OPERATIONS, concurrency=CONCURRENCY, rows=rows)
    arguments.page.write_text(text + (DRIVERS.format(rows=driven) if driven else ""), encoding="utf-8")


if __name__ == "__main__":
    main()
