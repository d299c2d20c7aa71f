"""What the tool says of leaks around drivers of databases: of mistakes that people make there, and of drivers.

``python scripts/drivers.py [-o FILE] REQUIREMENT...`` builds an environment with these packages, starts a PostgreSQL
and, where it is installed, a MariaDB, and measures

- the workloads of ``tests/drivers``, whose truth is in constants as that of ``tests/memory_tests`` is;
- a session and a driver's own scenario on each driver, three times, which are to be clean;
- the same where one ``object()`` is kept in each transaction by the driver itself (``scripts/leaking_drivers.py``).

It writes a Markdown page. Results of drivers are kept in a folder: the same command goes on from there if it was
interrupted, unless this tool has changed since.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import leaking_drivers
import ours
import pages
import tool
import truths
from answers import folder_for
from leaking_drivers import LEAKS, Leak

import memory_tests
from find_mem_leaks.commands.values import whole
from find_mem_leaks.culprit import Culprit
from find_mem_leaks.database_servers import mariadb, postgresql
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import databases, environments
from memory_tests import COUNTED, FIRST, TABLE, bold

FOLDER = truths.CONTROLS.parent / "drivers"
KEEP = Path("leaks") / "drivers"
RUNS = 3
STACKS = ("sync_session", "async_session", "sync_driver", "async_driver")
# Of all stacks, and of those of drivers; each has one transaction an operation.
SCENARIOS = ("balanced", "json_and_arrays")
# What a busy machine has cut off says nothing.
OPTIONS = ("--quick", "--time-cap", "180", "--explain-cap", "120")
CONTROLS, DRIVERS = "controls", "drivers"
PAGE = """# Drivers of databases: how often the verdict, the line and the holder are right

Made by `{command}` on {python}, SQLAlchemy {sqlalchemy}, with
`{options}`, two cells at once: {seconds:.0f} s in all.
{parts}"""
OF_CONTROLS = f"""
## Mistakes that people make

Workloads of `tests/drivers` on PostgreSQL: names that begin with `leak_` leak, the others only look as if they did.

{COUNTED}
A line is true if it is marked in the file; a holder, if the path of one of the first two culprits has the name that the
file says (`HOLDER`). What differs from the truth is bold.
{TABLE}"""
OF_DRIVERS = """
## Clean drivers, and a leak of 16 bytes in each

Each driver as it is ({runs}×), and with one `object()` of 16 bytes that it keeps in each transaction, which is an
operation (`scripts/leaking_drivers.py`).

- {clean} of {cells} are clean or bounded each time; {accused} of {all} measurements call one leaking;
- {found} of {leaking} are called leaking where the object is kept; its line is among the first two in {lines}, with
  {least:.1f} to {most:.1f} bytes an operation, and the list that keeps it the holder in {holders}.

B/op is the growth of the whole process, which in few operations has some of what else comes and goes.

| stack | scenario | as it is | with the leak | B/op | of the line | line of the driver | held by |
| --- | --- | --- | --- | ---: | ---: | --- | --- |
{rows}
"""


@contextmanager
def server() -> Iterator[None]:
    """Start a PostgreSQL that workloads and `run` find by its variable: some of these use up its connections."""
    variable = databases.VARIABLES[databases.POSTGRESQL]
    with postgresql.server() as folder, mock.patch.dict(os.environ, {variable: postgresql.url(folder)}):
        yield


def drivers_here() -> list[str]:
    """The drivers that can be measured: those of MariaDB where there is one."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), mariadb.SBIN])
    has_mysql = databases.running(databases.MYSQL) or shutil.which("mariadbd", path=path)
    names = dict.fromkeys(leak.database for leak in LEAKS)
    return [name for name in names if has_mysql or name.startswith(databases.POSTGRESQL)]


def measure(python: str, scenarios: Sequence[str], seed: int, output: Path) -> list[Cell]:
    """Measure sessions and drivers once, but for what the file has already."""
    options = [f"--database={name}" for name in drivers_here()] + [word for name in scenarios for word in ("-s", name)]
    words = [*STACKS, *options, *OPTIONS, "--python", python, "--seed", str(seed), "-j", "2", "-v"]
    cells = tool.run(*words, "--resume", output=output)
    return [cell for cell in cells if cell.scenario in scenarios]


def leak_in(cell: Cell) -> Leak:
    """The leak that is put into the driver of a cell."""
    is_async = "_async_" in cell.stack
    return next(leak for leak in LEAKS if (leak.database, leak.is_async) == (cell.database, is_async))


def of_leak(cell: Cell, packages: Path) -> Culprit | None:
    """The line that keeps the object, if it is among the first culprits: one that calls the driver may come first."""
    first = cell.culprits[:FIRST]
    return next((each for each in first if leak_in(cell).is_at(each.frame.file, each.frame.line, packages)), None)


def has_holder(cell: Cell) -> bool:
    return any("`_kept`" in (each.holder or "") for each in cell.culprits[:1])


def row(clean: Sequence[Cell], cell: Cell, packages: Path) -> str:
    """The row of a cell: as the driver is, and with the leak."""
    verdicts = [bold(each.verdict, unless=each.verdict in ACQUITTED) for each in clean]
    size = "–" if cell.bytes_per_operation is None else f"{cell.bytes_per_operation:.1f}"
    of_line, line, holder = "–", "**–**", "–"
    shown = of_leak(cell, packages) or next(iter(cell.culprits), None)
    if shown:
        place = f"{'/'.join(Path(shown.frame.file).parts[-2:])}:{shown.frame.line}"
        line = bold(place, unless=of_leak(cell, packages) is not None)
        of_line, holder = f"{shown.bytes:.1f}", shown.holder or "–"
    leaking = bold(cell.verdict, unless=cell.verdict is Verdict.LEAKING)
    return pages.row([f"`{cell.stack}`", cell.scenario, ", ".join(verdicts), leaking, size, of_line, line, holder])


def of_drivers(runs: Sequence[Sequence[Cell]], leaking: Sequence[Cell], packages: Path) -> str:
    """The part of the page about drivers; ``packages``: of the environment with the leaks."""
    by_cell = [[run[place] for run in runs] for place in range(len(leaking))]
    every = [cell for run in runs for cell in run]
    lines = [each for each in (of_leak(cell, packages) for cell in leaking) if each]
    sizes = [each.bytes for each in lines] or [0.0]
    return OF_DRIVERS.format(
        runs=len(runs),
        cells=len(by_cell),
        clean=sum(all(cell.verdict in ACQUITTED for cell in cells) for cells in by_cell),
        all=len(every),
        accused=sum(cell.verdict is Verdict.LEAKING for cell in every),
        leaking=len(leaking),
        found=sum(cell.verdict is Verdict.LEAKING for cell in leaking),
        lines=len(lines),
        holders=sum(map(has_holder, leaking)),
        least=min(sizes),
        most=max(sizes),
        rows="\n".join(row(clean, cell, packages) for clean, cell in zip(by_cell, leaking, strict=True)),
    )


def measured(arguments: argparse.Namespace, python: str, leaky: str) -> Iterator[str]:
    """The parts of the page, as they are measured."""
    if CONTROLS in arguments.parts:
        chosen = truths.controls(FOLDER, arguments.only)
        yield memory_tests.filled(OF_CONTROLS, memory_tests.measure(python, chosen, *OPTIONS))
    if DRIVERS in arguments.parts:
        packages, scenarios = leaking_drivers.packages_of(leaky), arguments.scenario or SCENARIOS
        for leak in LEAKS:
            leak.put_into(packages)
        folder = folder_for([*ours.made_of([]), Path(leaking_drivers.__file__)], arguments.keep)
        leaking = measure(leaky, scenarios, 0, folder / "leaking.json")
        runs = [measure(python, scenarios, seed, folder / f"clean-{seed}.json") for seed in range(arguments.runs)]
        yield of_drivers(runs, leaking, packages)


def parser() -> argparse.ArgumentParser:
    options = pages.parser(__doc__, KEEP)
    options.add_argument("requirements", nargs="+", metavar="REQUIREMENT", help="of the environment to measure in")
    options.add_argument("--only", default=truths.WORKLOADS, metavar="PATTERN", help="the files of tests/drivers")
    options.add_argument("--parts", nargs="+", choices=[CONTROLS, DRIVERS], default=[CONTROLS, DRIVERS])
    options.add_argument("--scenario", action="append", choices=SCENARIOS, help="of drivers (default: both)")
    options.add_argument("--runs", type=whole, default=RUNS, help=f"of drivers as they are (default: {RUNS})")
    return options


def main() -> None:
    arguments = parser().parse_args()
    started = time.monotonic()
    with ExitStack() as stack:
        python, leaky = (
            stack.enter_context(environments.throw_away(sys.executable, arguments.requirements)) for _ in range(2)
        )
        stack.enter_context(server())
        parts = list(measured(arguments, python, leaky))
        sqlalchemy = environments.describe(python, ()).packages["sqlalchemy"]
    text = PAGE.format(
        command=arguments.command,
        python=f"CPython {platform.python_version()}",
        sqlalchemy=sqlalchemy,
        options=" ".join(["find-mem-leaks run", *OPTIONS]),
        seconds=time.monotonic() - started,
        parts="".join(parts),
    )
    pages.write(text, arguments.output)


if __name__ == "__main__":
    main()
