"""What the tool says of leaks around drivers of databases: of mistakes that people make there, and of drivers.

``python scripts/drivers.py [-o FILE] REQUIREMENT...`` builds an environment with these packages, starts a PostgreSQL
and, where it is installed, a MariaDB, and measures

- the workloads of ``tests/drivers``, whose truth is in constants as that of ``tests/memory_tests`` is;
- a session and a driver's own scenario on each driver, RUNS times, which are to be clean;
- the same where one ``object()`` is kept in each transaction by the driver itself (``scripts/leaking_drivers.py``).

It writes a Markdown page. Results of drivers are kept in a folder: the same command goes on from there if it was
interrupted, unless this tool has changed since.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import leaking_drivers
import ours
import truths
from answers import folder_for
from leaking_drivers import LEAKS, Leak
from truths import LEAKING, Control

import memory_tests
from find_mem_leaks import errors, results
from find_mem_leaks.database_servers import mariadb, postgresql
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import databases, environments
from memory_tests import FIRST

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
OF_CONTROLS = """
## Mistakes that people make

Workloads of `tests/drivers` on PostgreSQL: names that begin with `leak_` leak, the others only look as if they did.

- {acquitted} of {clean} that do not leak are clean or bounded, {accused} called leaking;
- {convicted} of {leaks} that leak are called leaking; the true line is among the first two in {lines}, and what holds
  it is named by its right name in {holders}.

A line is true if it is marked in the file; a holder, if the path of one of the first two culprits has the name that the
file says (`HOLDER`). What differs from the truth is bold.

| workload | verdict | B/op | seconds | first line | true | holder of the first line |
| --- | --- | ---: | ---: | --- | --- | --- |
{rows}
"""
OF_DRIVERS = """
## Clean drivers, and a leak of 16 bytes in each

Each driver as it is, {runs} times, and with one `object()` of 16 bytes that it keeps in each transaction, which is an
operation (`scripts/leaking_drivers.py`).

- {clean} of {cells} are clean or bounded in all {runs} runs; {accused} of {all} runs call one leaking;
- {found} of {leaking} are found where the object is kept; its line is the first culprit in {lines}, with {least:.1f} to
  {most:.1f} bytes an operation, and the list that keeps it the holder in {holders}.

B/op is the growth of the whole process, which in few operations has some of what else comes and goes.

| stack | scenario | as it is | with the leak | B/op | of the line | first line | held by |
| --- | --- | --- | --- | ---: | ---: | --- | --- |
{rows}
"""


@contextmanager
def server() -> Iterator[None]:
    """Start a PostgreSQL that workloads and `run` find by its variable: some of these use up its connections."""
    variable = databases.VARIABLES[databases.POSTGRESQL]
    with postgresql.server() as started, mock.patch.dict(os.environ, {variable: postgresql.url(started.folder)}):
        yield


def drivers_here() -> list[str]:
    """The drivers that can be measured: those of MariaDB where there is one."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), mariadb.SBIN])
    has_mysql = databases.running(databases.MYSQL) or shutil.which("mariadbd", path=path)
    names = dict.fromkeys(leak.database for leak in LEAKS)
    return [name for name in names if has_mysql or name.startswith(databases.POSTGRESQL)]


def measure(python: str, scenarios: Sequence[str], seed: int, output: Path) -> list[Cell]:
    """Measure sessions and drivers once, but for what the file has already."""
    asked = [f"--database={name}" for name in drivers_here()] + [word for name in scenarios for word in ("-s", name)]
    words = [*STACKS, *asked, *OPTIONS, "--python", python, "--seed", str(seed), "-j", "2", "-v", "--no-table"]
    command = [sys.executable, "-m", "find_mem_leaks", "run", *words, "-o", str(output), "--resume"]
    ended = subprocess.run(command, check=False)
    if ended.returncode not in (errors.CLEAN, errors.LEAK, errors.FAILED, errors.INCONCLUSIVE):
        raise SystemExit(f"the run ended with exit code {ended.returncode}")
    return [cell for cell in results.read(output) if cell.scenario in scenarios]


def leak_in(cell: Cell) -> Leak:
    """The leak that is put into the driver of a cell."""
    is_async = "_async_" in cell.stack
    return next(leak for leak in LEAKS if (leak.database, leak.is_async) == (cell.database, is_async))


def has_line(cell: Cell, packages: Path) -> bool:
    """Whether the first culprit is the line that keeps the object."""
    return any(leak_in(cell).is_at(each.frame.file, each.frame.line, packages) for each in cell.culprits[:1])


def has_holder(cell: Cell) -> bool:
    return any("`_kept`" in (each.holder or "") for each in cell.culprits[:1])


def row(clean: Sequence[Cell], cell: Cell, packages: Path) -> str:
    """The row of a cell: as the driver is, and with the leak."""
    verdicts = [each.verdict if each.verdict in ACQUITTED else f"**{each.verdict}**" for each in clean]
    size = "–" if cell.bytes_per_operation is None else f"{cell.bytes_per_operation:.1f}"
    of_line, place, holder = "–", "–", "–"
    if cell.culprits:
        first = cell.culprits[0]
        place = f"{'/'.join(Path(first.frame.file).parts[-2:])}:{first.frame.line}"
        of_line, holder = f"{first.bytes:.1f}", first.holder or "–"
    leaking = cell.verdict if cell.verdict is Verdict.LEAKING else f"**{cell.verdict}**"
    line = place if has_line(cell, packages) else f"**{place}**"
    columns = [f"`{cell.stack}`", cell.scenario, ", ".join(verdicts), leaking, size, of_line, line, holder]
    return f"| {' | '.join(columns)} |"


def of_drivers(runs: Sequence[Sequence[Cell]], leaking: Sequence[Cell], packages: Path) -> str:
    """The part of the page about drivers; ``packages``: of the environment with the leaks."""
    by_cell = [[run[place] for run in runs] for place in range(len(leaking))]
    every = [cell for run in runs for cell in run]
    sizes = [cell.culprits[0].bytes for cell in leaking if has_line(cell, packages)] or [0.0]
    return OF_DRIVERS.format(
        runs=len(runs),
        cells=len(by_cell),
        clean=sum(all(cell.verdict in ACQUITTED for cell in cells) for cells in by_cell),
        all=len(every),
        accused=sum(cell.verdict is Verdict.LEAKING for cell in every),
        leaking=len(leaking),
        found=sum(cell.verdict is Verdict.LEAKING for cell in leaking),
        lines=sum(has_line(cell, packages) for cell in leaking),
        holders=sum(map(has_holder, leaking)),
        least=min(sizes),
        most=max(sizes),
        rows="\n".join(row(clean, cell, packages) for clean, cell in zip(by_cell, leaking, strict=True)),
    )


def of_controls(chosen: Sequence[Control], cells: Sequence[Cell]) -> str:
    """The part of the page about mistakes."""
    pairs = list(zip(chosen, cells, strict=True))
    leaking = [(control, cell) for control, cell in pairs if control.truth == LEAKING]
    others = [cell for control, cell in pairs if control.truth != LEAKING]
    return OF_CONTROLS.format(
        clean=len(others),
        acquitted=sum(cell.verdict in ACQUITTED for cell in others),
        accused=sum(cell.verdict is Verdict.LEAKING for cell in others),
        leaks=len(leaking),
        convicted=sum(cell.verdict is Verdict.LEAKING for _, cell in leaking),
        lines=sum(memory_tests.has_true_line(control, cell.culprits[:FIRST]) for control, cell in leaking),
        holders=sum(memory_tests.has_true_holder(control, cell.culprits[:FIRST]) for control, cell in leaking),
        rows="\n".join(memory_tests.row(control, cell) for control, cell in pairs),
    )


def measured(arguments: argparse.Namespace, python: str, leaky: str) -> Iterator[str]:
    """The parts of the page, as they are measured."""
    if CONTROLS in arguments.parts:
        chosen = truths.controls(FOLDER, arguments.only)
        yield of_controls(chosen, memory_tests.measure(python, chosen, *OPTIONS))
    if DRIVERS in arguments.parts:
        packages, scenarios = leaking_drivers.packages_of(leaky), arguments.scenario or SCENARIOS
        for leak in LEAKS:
            leak.put_into(packages)
        folder = folder_for([*ours.made_of([]), Path(leaking_drivers.__file__)], arguments.keep)
        leaking = measure(leaky, scenarios, 0, folder / "leaking.json")
        runs = [measure(python, scenarios, seed, folder / f"clean-{seed}.json") for seed in range(RUNS)]
        yield of_drivers(runs, leaking, packages)


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("requirements", nargs="+", metavar="REQUIREMENT", help="of the environment to measure in")
    options.add_argument("-o", "--output", type=Path, help="write the page there too")
    options.add_argument("--only", default=truths.WORKLOADS, metavar="PATTERN", help="the files of tests/drivers")
    options.add_argument("--parts", nargs="+", choices=[CONTROLS, DRIVERS], default=[CONTROLS, DRIVERS])
    options.add_argument("--scenario", action="append", choices=SCENARIOS, help="of drivers (default: both)")
    options.add_argument("--keep", type=Path, default=KEEP, help=f"folder for results of drivers (default: {KEEP})")
    options.add_argument("--command", default="nox -s drivers", help="to be named in the page")
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
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
