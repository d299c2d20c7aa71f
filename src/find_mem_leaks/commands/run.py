"""``run``: measure stacks under scenarios and say of each whether it leaks."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from find_mem_leaks import errors, results, runner
from find_mem_leaks.commands import applications, known, tests
from find_mem_leaks.commands.databases import on_servers
from find_mem_leaks.commands.options import (
    EVERY_FIGURE,
    MEMORY_LIMIT,
    OVERWRITE,
    STRICT,
    Group,
    Verb,
    option,
    verbosity,
)
from find_mem_leaks.commands.selection import CONCURRENCY, STALL, TIME_CAP, jobs
from find_mem_leaks.commands.values import check_folder, check_writable, natural, positive, shard, share, whole
from find_mem_leaks.errors import UsageError
from find_mem_leaks.explaining import culprits
from find_mem_leaks.judging.verdict import UNMEASURED, Verdict
from find_mem_leaks.reports import forecast, overview, terminal, what_if
from find_mem_leaks.reports.progress import Board
from find_mem_leaks.results import Cell
from find_mem_leaks.runner import Explaining, Job
from find_mem_leaks.subjects import databases, environments

LOAD = Group(
    "what is measured",
    option(
        "-s --scenario NAME ...",
        "a scenario of `list`, an operation or a value of a file, as `list FILE` has them, or routes, such as "
        "'GET /items/*'; may be repeated",
    ),
    option(
        "--clients all|NAME,...",
        "clients that misbehave, each a scenario of a stack behind a server: `list` shows them",
    ),
    option("--mix C/R/U/D", "a mix of your own, such as 30/40/20/10"),
    option("--rounds N", "the fixed protocol: exactly N rounds", whole),
    option("--operations N", "the fixed protocol: N operations a round", whole),
    option(
        "--python PYTHON ...",
        "measure in this interpreter: a path, or an installed version such as 3.9; may be repeated",
    ),
    option(
        "--with PACKAGE ...",
        "measure in a throw-away environment with this package, such as 'sqlalchemy==2.0.*'; may be repeated",
        dest="requirements",
    ),
    option(
        "--database NAME|URL ...",
        f"let the stacks work on this: {', '.join([databases.SQLITE, *databases.DRIVERS])}, on a server of the "
        "run's own; or a URL, such as postgresql+psycopg://user:password@host/postgres; may be repeated (default: "
        f"sqlite). A file of your own is given a server's URL as {databases.VARIABLE}: of such a name, or of "
        f"{' or '.join(databases.SERVERS)}",
    ),
    option("--all", "every stack, controls too; routes that delete, too"),
    option("--shard I/N", "part I of N, such as 2/4: all parts make up the whole", shard, default=(1, 1)),
    option(
        "--concurrency N",
        f"concurrent requests, for stacks behind a server (default: {CONCURRENCY})",
        whole,
        default=CONCURRENCY,
    ),
    option("--seed N", "random seed for the order of operations (default: 0)", natural, default=0),
    option("-j --jobs N", "cells at once (default: one per core)", whole),
)
VERDICT = Group(
    "the verdict",
    option(
        "--limit B",
        "clean is under this many bytes per operation (default: 1; where an operation takes more than 3.6 ms, as "
        "many as come to 1 MB an hour)",
        positive,
    ),
    option("--confidence P", "confidence level of the interval (default: 0.99)", share),
    option("--time-cap S", f"seconds for a cell of the auto protocol (default: {TIME_CAP:g})", positive),
    option(
        "--stall S",
        f"seconds without a sign of life after which a cell is killed (default: {STALL:g})",
        positive,
        default=STALL,
    ),
    option(
        "--explain",
        "find out where a cell leaks: all cells, or none (default: those that leak)",
        action=argparse.BooleanOptionalAction,
    ),
    option(
        "--explain-cap S",
        f"seconds for the whole explanation of a cell; what is known by then is shown (default: {culprits.CAP:g})",
        positive,
        default=culprits.CAP,
    ),
    option("--memray DIR", "explain all cells and keep memray's captures there", Path),
    option(
        "--what-if",
        "carry out the hands-off part of each cell again with one thing changed at a time: the collector, "
        "trimming, the allocator; say what gives memory back (with -j 1 its speeds can be trusted)",
    ),
    MEMORY_LIMIT,
    option(
        "--quick",
        "one scenario, shorter, for leaks above 8 B/op (default: of tests alone)",
        action=argparse.BooleanOptionalAction,
    ),
    STRICT,
    *known.OPTIONS,
)
OUTPUT = Group(
    "output",
    option("-o --output FILE", "write the results there, cell by cell", Path),
    OVERWRITE,
    option("--resume", "keep what the output file has, measure the rest"),
    option("--json", "print the results as JSON instead of a table"),
    [EVERY_FIGURE, option("--no-table", "print no table; `show` prints it from the output file")],
    *verbosity("a line per cell as it is done"),
)
STACKS = option(
    "stacks STACK|FILE|APP|TESTS",
    "names or patterns such as 'async_*' (default: all but controls); or a workload of your own, a file or "
    "package.module with operation(i), or several operation_NAME(i), and, if wanted, setup(), teardown() and "
    'PARAMETERS = {"NAME": value, ...}, which makes them operation(i, value); or an application as its server knows '
    "it, such as shop.main:app, or a file that holds one: each of its routes; or tests as pytest knows them, such as "
    "tests/test_orders.py::test_create, a file or a folder of them: each test",
    nargs="*",
)
VERB = Verb(
    "run",
    "measure stacks and say which of them leak",
    STACKS,
    LOAD,
    applications.OPTIONS,
    tests.OPTIONS,
    VERDICT,
    OUTPUT,
    description="Measure stacks under scenarios, each in a process of its own, and say of each whether it leaks.",
)


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The arguments of a call of ``run``, for another verb that measures."""
    parser = argparse.ArgumentParser()
    VERB.add(parser.add_subparsers(), run)
    return parser.parse_args(["run", *words])


def run(arguments: argparse.Namespace) -> int:
    listed = known.listed(arguments)
    cells, finished, unwritten = measure(arguments)
    if arguments.json:
        print(json.dumps(results.to_json(cells), indent=2))
    else:
        if unwritten or not arguments.no_table:
            overview.show(cells, every=arguments.table)
        if arguments.what_if:
            what_if.render(cells, terminal.console())
        if arguments.output and cells and not unwritten:
            print(f"results: {arguments.output}")
    for line in forecast.lines(cells, arguments.memory_limit):
        print(line, file=sys.stderr if arguments.json else sys.stdout)
    held_against = known.held_against(cells, listed, arguments, finished)
    if not finished:
        return errors.INTERRUPTED
    return errors.FAILED if unwritten else exit_code(held_against, arguments.strict, len(cells) - len(held_against))


def measure(arguments: argparse.Namespace) -> tuple[list[Cell], bool, bool]:
    """Measure what the arguments ask for: the cells, whether all were finished, whether they could not be written."""
    kept = _kept(arguments)
    with ExitStack() as throw_away:
        return _measure(jobs(arguments, _pythons(arguments, throw_away)), kept, arguments, throw_away)


def _pythons(arguments: argparse.Namespace, throw_away: ExitStack) -> list[str]:
    """The interpreters to measure in; throw-away environments last as long as ``throw_away``."""
    pythons = [environments.find_python(python) for python in arguments.python or [sys.executable]]
    if not arguments.requirements:
        return pythons
    requirements = [*arguments.requirements, "psutil"]
    return [throw_away.enter_context(environments.throw_away(python, requirements)) for python in pythons]


def _measure(
    planned: Sequence[Job], kept: Sequence[Cell], arguments: argparse.Namespace, throw_away: ExitStack
) -> tuple[list[Cell], bool, bool]:
    order = {job.key: place for place, job in enumerate(planned)}
    cells = list(kept)
    unwritten: list[str] = []

    def done(cell: Cell) -> None:
        cells[:] = results.merge([cells, [cell]])
        cells.sort(key=lambda cell: order.get(cell.key, len(order)))
        if arguments.output:
            unwritten[:] = _write(arguments.output, cells)

    by_key = {cell.key: cell for cell in kept}
    undone = [job for job in planned if job.key not in by_key or not _is_done(by_key[job.key], job)]
    for job in undone:
        old = by_key.get(job.key)
        if old and (two := results.two_in_one(old, job.order.file, job.database)):
            raise UsageError(f"{arguments.output} has {two[0]} under the name {old.stack}: name another file by -o")
    unmeasured = on_servers(undone, throw_away)
    with Board(len(unmeasured), arguments.verbosity) as board:
        finished = runner.run(unmeasured, arguments.jobs or os.cpu_count() or 1, board, done, _explaining(arguments))
    for line in unwritten:
        print(line, file=sys.stderr)
    return cells, finished, bool(unwritten)


def _explaining(arguments: argparse.Namespace) -> Explaining:
    all_cells = bool(arguments.explain or arguments.memray)
    leaking, captures = all_cells or arguments.explain is not False, arguments.memray
    return Explaining(leaking, all_cells, captures, arguments.explain_cap, arguments.what_if)


def _write(path: Path, cells: Sequence[Cell]) -> list[str]:
    """Write the results; what went wrong, if anything did: measuring goes on, and the next cell tries again."""
    try:
        results.write(path, cells)
    except OSError as error:
        return [f"find-mem-leaks: error: {path} could not be written ({error.strerror}): the table is all there is"]
    return []


def _is_done(cell: Cell, job: Job) -> bool:
    """Return whether a kept cell is what the job would measure: finished, and asked for with the same words.

    A record that predates tests does not say by which horizons it was measured.
    """
    order = job.order
    same = (cell.protocol, cell.seed, cell.file) == (order.protocol, order.seed, order.file)
    same = same and cell.database == job.database and cell.options in (None, order.options)
    if order.rounds is not None:
        same = same and [round_.operations for round_ in cell.rounds] == [order.scenario.operations] * order.rounds
    same = (
        same and (replace(cell.rules, pace=0.0), cell.truth) == (order.rules, order.truth) and not cell.predates_tests
    )
    return same and not cell.interrupted and cell.verdict not in UNMEASURED


def exit_code(cells: Sequence[Cell], strict: bool, known: int = 0) -> int:
    """Return the exit code of cells, without controls whose verdict is true; a leak that went unseen is a failure, and
    so is a run of which everything was skipped. known: how many others leak in known ways alone."""
    unexpected = [cell for cell in cells if not cell.reads_as_its_truth]
    verdicts = {cell.verdict for cell in unexpected}
    if Verdict.LEAKING in verdicts:
        return errors.LEAK
    unseen = any(cell.truth and cell.verdict is not Verdict.INCONCLUSIVE for cell in unexpected)
    if Verdict.FAILED in verdicts or unseen or (verdicts == {Verdict.SKIPPED} and not known):
        return errors.FAILED
    if verdicts & {Verdict.INCONCLUSIVE, Verdict.SKIPPED} and strict:
        return errors.INCONCLUSIVE
    return errors.CLEAN


def _kept(arguments: argparse.Namespace) -> list[Cell]:
    """Check the outputs before anything is measured; the cells that a resumed run keeps of the results file."""
    if arguments.memray:
        check_folder(arguments.memray)
    path: Path | None = arguments.output
    if path is None:
        if arguments.resume:
            raise UsageError("--resume takes up a results file: name it with -o FILE")
        return []
    check_writable(path)
    if path.exists() and not (arguments.force or arguments.resume):
        raise UsageError(f"{path} exists: give -f to overwrite it, --resume to go on with it, or another name")
    return results.read(path) if arguments.resume and path.exists() else []
