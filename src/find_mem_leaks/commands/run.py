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
from typing import Any

from find_mem_leaks import errors, results, runner
from find_mem_leaks.commands import applications, known, tests
from find_mem_leaks.commands.databases import on_servers
from find_mem_leaks.commands.selection import CONCURRENCY, STALL, TIME_CAP, jobs
from find_mem_leaks.commands.values import (
    MEMORY_HELP,
    check_folder,
    check_writable,
    memory,
    natural,
    positive,
    shard,
    share,
    whole,
)
from find_mem_leaks.errors import UsageError
from find_mem_leaks.explaining import culprits
from find_mem_leaks.judging.verdict import UNMEASURED, Verdict
from find_mem_leaks.reports import forecast, overview, terminal, what_if
from find_mem_leaks.reports.progress import NORMAL, QUIET, VERBOSE, Board
from find_mem_leaks.results import Cell
from find_mem_leaks.runner import Explaining, Job
from find_mem_leaks.subjects import databases, environments


def add(verbs: Any) -> None:
    verb = verbs.add_parser(
        "run",
        help="measure stacks and say which of them leak",
        description="Measure stacks under scenarios, each in a process of its own, and say of each whether it leaks.",
        allow_abbrev=False,
    )
    names = (
        "names or patterns such as 'async_*' (default: all but controls); or a workload of your own, a file or "
        "package.module with operation(i), or several operation_NAME(i), and, if wanted, setup(), teardown() and "
        'PARAMETERS = {"NAME": value, ...}, which makes them operation(i, value); or an application as its server '
        "knows it, such as shop.main:app, or a file that holds one: each of its routes; or tests as pytest knows "
        "them, such as tests/test_orders.py::test_create, a file or a folder of them: each test"
    )
    verb.add_argument("stacks", nargs="*", metavar="STACK|FILE|APP|TESTS", help=names)
    _add_load(verb)
    applications.add(verb)
    tests.add(verb)
    _add_verdict(verb)
    _add_output(verb)
    verb.set_defaults(run=run)


def _add_load(verb: Any) -> None:
    load = verb.add_argument_group("what is measured")
    load.add_argument(
        "-s",
        "--scenario",
        action="append",
        metavar="NAME",
        help="a scenario of `list`, an operation or a value of a file, as `list FILE` has them, or routes, such as "
        "'GET /items/*'; may be repeated",
    )
    load.add_argument(
        "--clients",
        metavar="all|NAME,...",
        help="clients that misbehave, each a scenario of a stack behind a server: `list` shows them",
    )
    load.add_argument("--mix", metavar="C/R/U/D", help="a mix of your own, such as 30/40/20/10")
    load.add_argument("--rounds", type=whole, metavar="N", help="the fixed protocol: exactly N rounds")
    load.add_argument("--operations", type=whole, metavar="N", help="the fixed protocol: N operations a round")
    load.add_argument(
        "--python",
        action="append",
        metavar="PYTHON",
        help="measure in this interpreter: a path, or an installed version such as 3.9; may be repeated",
    )
    load.add_argument(
        "--with",
        action="append",
        dest="requirements",
        metavar="PACKAGE",
        help="measure in a throw-away environment with this package, such as 'sqlalchemy==2.0.*'; may be repeated",
    )
    load.add_argument(
        "--database",
        action="append",
        metavar="NAME|URL",
        help=f"let the stacks work on this: {', '.join([databases.SQLITE, *databases.DRIVERS])}, on a server of the "
        "run's own; or a URL, such as postgresql+psycopg://user:password@host/postgres; may be repeated (default: "
        f"sqlite). A file of your own is given a server's URL as {databases.VARIABLE}: of such a name, or of "
        f"{' or '.join(databases.SERVERS)}",
    )
    load.add_argument("--all", action="store_true", help="every stack, controls too; routes that delete, too")
    load.add_argument(
        "--shard",
        type=shard,
        default=(1, 1),
        metavar="I/N",
        help="part I of N, such as 2/4: all parts make up the whole",
    )
    load.add_argument(
        "--concurrency",
        type=whole,
        default=CONCURRENCY,
        metavar="N",
        help=f"requests in flight, of a stack behind a server (default: {CONCURRENCY})",
    )
    load.add_argument("--seed", type=natural, default=0, metavar="N", help="of the plan's order (default: 0)")
    load.add_argument("-j", "--jobs", type=whole, metavar="N", help="cells at once (default: one per core)")


def _add_verdict(verb: Any) -> None:
    judged = verb.add_argument_group("the verdict")
    judged.add_argument(
        "--limit",
        type=positive,
        metavar="B",
        help="clean is under this many bytes per operation (default: 1; where an operation takes more than 3.6 ms, as "
        "many as come to 1 MB an hour)",
    )
    judged.add_argument("--confidence", type=share, metavar="P", help="of the interval (default: 0.99)")
    judged.add_argument(
        "--time-cap",
        type=positive,
        metavar="S",
        help=f"seconds for a cell of the auto protocol (default: {TIME_CAP:g})",
    )
    judged.add_argument(
        "--stall",
        type=positive,
        default=STALL,
        metavar="S",
        help=f"seconds without a sign of life after which a cell is killed (default: {STALL:g})",
    )
    judged.add_argument(
        "--explain",
        action=argparse.BooleanOptionalAction,
        help="find out where a cell leaks: all cells, or none (default: those that leak)",
    )
    judged.add_argument(
        "--explain-cap",
        type=positive,
        default=culprits.CAP,
        metavar="S",
        help=f"seconds for the whole explanation of a cell; what is known by then is shown (default: {culprits.CAP:g})",
    )
    judged.add_argument("--memray", type=Path, metavar="DIR", help="explain all cells and keep memray's captures there")
    judged.add_argument(
        "--what-if",
        action="store_true",
        help="carry out the hands-off part of each cell again with one thing changed at a time: the collector, "
        "trimming, the allocator; say what gives memory back (with -j 1 its speeds can be trusted)",
    )
    judged.add_argument("--memory-limit", type=memory, metavar="SIZE", help=MEMORY_HELP)
    judged.add_argument(
        "--quick",
        action=argparse.BooleanOptionalAction,
        help="one scenario, shorter, for leaks above 8 B/op (default: of tests alone)",
    )
    judged.add_argument("--strict", action="store_true", help="exit with 4 if a cell is inconclusive")
    known.add(judged)


def _add_output(verb: Any) -> None:
    out = verb.add_argument_group("output")
    out.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the results there, cell by cell")
    out.add_argument("-f", "--force", action="store_true", help="overwrite an existing output file")
    out.add_argument("--resume", action="store_true", help="keep what the output file has, measure the rest")
    out.add_argument("--json", action="store_true", help="print the results as JSON instead of a table")
    tables = out.add_mutually_exclusive_group()
    tables.add_argument("--table", action="store_true", help="print a row with all figures for every cell")
    tables.add_argument("--no-table", action="store_true", help="print no table; `show` prints it from the output file")
    out.add_argument(
        "-q", "--quiet", action="store_const", const=QUIET, default=NORMAL, dest="verbosity", help="no progress"
    )
    out.add_argument(
        "-v", "--verbose", action="store_const", const=VERBOSE, dest="verbosity", help="a line per cell as it is done"
    )


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The arguments of a call of ``run``, for another verb that measures."""
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers())
    return parser.parse_args(["run", *words])


def run(arguments: argparse.Namespace) -> int:
    listed = known.listed(arguments)
    cells, finished, unwritten = measure(arguments)
    if arguments.json:
        print(json.dumps(results.to_json(cells), indent=2))
    else:
        if not arguments.no_table:
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
    return errors.FAILED if unwritten else exit_code(held_against, arguments.strict)


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
    asked: Sequence[Job], kept: Sequence[Cell], arguments: argparse.Namespace, throw_away: ExitStack
) -> tuple[list[Cell], bool, bool]:
    order = {job.key: place for place, job in enumerate(asked)}
    cells = list(kept)
    unwritten: list[str] = []

    def done(cell: Cell) -> None:
        cells[:] = results.merge([cells, [cell]])
        cells.sort(key=lambda cell: order.get(cell.key, len(order)))
        if arguments.output:
            unwritten[:] = _write(arguments.output, cells)

    have = {cell.key: cell for cell in kept}
    left = on_servers([job for job in asked if job.key not in have or not _is_done(have[job.key], job)], throw_away)
    with Board(len(left), arguments.verbosity) as board:
        finished = runner.run(left, arguments.jobs or os.cpu_count() or 1, board, done, _explaining(arguments))
    for line in unwritten:
        print(line, file=sys.stderr)
    return cells, finished, bool(unwritten)


def _explaining(arguments: argparse.Namespace) -> Explaining:
    every = bool(arguments.explain or arguments.memray)
    leaking, captures = arguments.explain is not False, arguments.memray
    return Explaining(leaking, every, captures, arguments.explain_cap, arguments.what_if)


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
    if order.rounds is not None:
        same = same and [round_.operations for round_ in cell.rounds] == [order.scenario.operations] * order.rounds
    same = (
        same and (replace(cell.rules, pace=0.0), cell.truth) == (order.rules, order.truth) and not cell.predates_tests
    )
    return same and not cell.interrupted and cell.verdict not in UNMEASURED


def exit_code(cells: Sequence[Cell], strict: bool) -> int:
    """Of the cells, but for controls that read as their truth says; a leak that went unseen is a failure of ours."""
    unexpected = [cell for cell in cells if not cell.reads_as_its_truth]
    verdicts = {cell.verdict for cell in unexpected}
    if Verdict.LEAKING in verdicts:
        return errors.LEAK
    unseen = any(cell.truth and cell.verdict is not Verdict.INCONCLUSIVE for cell in unexpected)
    if Verdict.FAILED in verdicts or unseen or verdicts == {Verdict.SKIPPED}:
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
