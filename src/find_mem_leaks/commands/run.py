"""``run``: measure stacks under scenarios and say of each whether it leaks."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from find_mem_leaks import catalogue, environments, errors, results, runner, scenarios, workloads
from find_mem_leaks.catalogue import Stack
from find_mem_leaks.environments import Environment
from find_mem_leaks.errors import UsageError
from find_mem_leaks.protocols import Order
from find_mem_leaks.reports import terminal
from find_mem_leaks.reports.progress import NORMAL, QUIET, VERBOSE, Board
from find_mem_leaks.results import Cell
from find_mem_leaks.runner import Job
from find_mem_leaks.scenarios import Scenario
from find_mem_leaks.verdict import Horizon, Rules, Verdict

TIME_CAP = 60.0
QUICK_TIME_CAP = 20.0
QUICK_RULES = Rules(
    limit=8.0,
    acquit=Horizon(operations=10_000, seconds=1.5, least_seconds=0.2, plenty=40_000),
    convict=Horizon(operations=20_000, seconds=5.0, least_seconds=1.0, plenty=100_000),
)
STALL = 60.0
MOST = 10**12
MOST_CONFIDENCE = 1 - 1e-9
FIXED_ROUNDS = 5


def _number(least: float, kind: Callable[[str], Any], what: str) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not (isinstance(value, int) or math.isfinite(value)) or not least <= value <= MOST:
            raise argparse.ArgumentTypeError(f"{text!r} is no {what}")
        return value

    return parse


def _share(text: str) -> float:
    value: float = _number(0, float, "number between 0 and 1")(text)
    if not 0 < value <= MOST_CONFIDENCE:
        raise argparse.ArgumentTypeError(f"{text!r} is no number between 0 and 1, such as 0.99")
    return value


_whole = _number(1, int, "whole number from 1 on")
_positive = _number(1e-6, float, "number above 0")
_natural = _number(0, int, "whole number from 0 on")


def add(verbs: Any) -> None:
    verb = verbs.add_parser(
        "run",
        help="measure stacks and say which of them leak",
        description="Measure stacks under scenarios, each in a process of its own, and say of each whether it leaks.",
        allow_abbrev=False,
    )
    names = (
        "names or patterns such as 'async_*' (default: all but controls); or a workload of your own, a file or "
        "package.module with operation(i) and, if wanted, setup() and teardown()"
    )
    verb.add_argument("stacks", nargs="*", metavar="STACK|FILE", help=names)
    _add_load(verb)
    _add_verdict(verb)
    _add_output(verb)
    verb.set_defaults(run=run)


def _add_load(verb: Any) -> None:
    load = verb.add_argument_group("what is measured")
    load.add_argument("-s", "--scenario", action="append", metavar="NAME", help="a scenario of `list`; may be repeated")
    load.add_argument("--mix", metavar="C/R/U/D", help="a mix of your own, such as 30/40/20/10")
    load.add_argument("--rounds", type=_whole, metavar="N", help="the fixed protocol: exactly N rounds")
    load.add_argument("--operations", type=_whole, metavar="N", help="the fixed protocol: N operations a round")
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
    load.add_argument("--seed", type=_natural, default=0, metavar="N", help="of the plan's order (default: 0)")
    load.add_argument("-j", "--jobs", type=_whole, metavar="N", help="cells at once (default: one per core)")


def _add_verdict(verb: Any) -> None:
    judged = verb.add_argument_group("the verdict")
    judged.add_argument(
        "--limit", type=_positive, metavar="B", help="clean is under this many bytes per operation (default: 1)"
    )
    judged.add_argument("--confidence", type=_share, metavar="P", help="of the interval (default: 0.99)")
    judged.add_argument(
        "--time-cap",
        type=_positive,
        metavar="S",
        help=f"seconds for a cell of the auto protocol (default: {TIME_CAP:g})",
    )
    judged.add_argument(
        "--stall",
        type=_positive,
        default=STALL,
        metavar="S",
        help=f"seconds without a sign of life after which a cell is killed (default: {STALL:g})",
    )
    judged.add_argument("--quick", action="store_true", help="one scenario, shorter, for leaks above 8 B/op")
    judged.add_argument("--strict", action="store_true", help="exit with 4 if a cell is inconclusive")


def _add_output(verb: Any) -> None:
    out = verb.add_argument_group("output")
    out.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the results there, cell by cell")
    out.add_argument("-f", "--force", action="store_true", help="overwrite an existing output file")
    out.add_argument("--resume", action="store_true", help="keep what the output file has, measure the rest")
    out.add_argument("--json", action="store_true", help="print the results as JSON instead of a table")
    out.add_argument("--no-table", action="store_true", help="print no table; `show` prints it from the output file")
    out.add_argument(
        "-q", "--quiet", action="store_const", const=QUIET, default=NORMAL, dest="verbosity", help="no progress"
    )
    out.add_argument(
        "-v", "--verbose", action="store_const", const=VERBOSE, dest="verbosity", help="a line per cell as it is done"
    )


def run(arguments: argparse.Namespace) -> int:
    kept = _kept(arguments)
    with ExitStack() as throw_away:
        return _run(arguments, _pythons(arguments, throw_away), kept)


def _pythons(arguments: argparse.Namespace, throw_away: ExitStack) -> list[str]:
    """The interpreters to measure in; throw-away environments last as long as ``throw_away``."""
    pythons = [environments.find_python(python) for python in arguments.python or [sys.executable]]
    if not arguments.requirements:
        return pythons
    requirements = [*arguments.requirements, "psutil"]
    return [throw_away.enter_context(environments.throw_away(python, requirements)) for python in pythons]


def _run(arguments: argparse.Namespace, pythons: Sequence[str], kept: Sequence[Cell]) -> int:
    jobs = _jobs(arguments, pythons)
    cells, finished, unwritten = _measure(jobs, kept, arguments)
    if arguments.json:
        print(json.dumps(results.to_json(cells), indent=2))
    else:
        if not arguments.no_table:
            terminal.render(cells, terminal.console())
        if arguments.output and cells and not unwritten:
            print(f"results: {arguments.output}")
    if not finished:
        return errors.INTERRUPTED
    return errors.FAILED if unwritten else _exit_code(cells, arguments.strict)


def _measure(jobs: Sequence[Job], kept: Sequence[Cell], arguments: argparse.Namespace) -> tuple[list[Cell], bool, bool]:
    order = {job.key: place for place, job in enumerate(jobs)}
    cells = list(kept)
    unwritten: list[str] = []

    def done(cell: Cell) -> None:
        cells[:] = results.merge([cells, [cell]])
        cells.sort(key=lambda cell: order.get(cell.key, len(order)))
        if arguments.output:
            unwritten[:] = _write(arguments.output, cells)

    have = {cell.key: cell for cell in kept}
    left = [job for job in jobs if job.key not in have or not _is_done(have[job.key], job)]
    with Board(len(left), arguments.verbosity) as board:
        finished = runner.run(left, arguments.jobs or os.cpu_count() or 1, board, done)
    for line in unwritten:
        print(line, file=sys.stderr)
    return cells, finished, bool(unwritten)


def _write(path: Path, cells: Sequence[Cell]) -> list[str]:
    """Write the results; what went wrong, if anything did: measuring goes on, and the next cell tries again."""
    try:
        results.write(path, cells)
    except OSError as error:
        return [f"find-mem-leaks: error: {path} could not be written ({error.strerror}): the table is all there is"]
    return []


def _is_done(cell: Cell, job: Job) -> bool:
    """Whether a kept cell is what the job would measure: finished, and asked for with the same words."""
    order = job.order
    same = (cell.protocol, cell.seed, cell.file) == (order.protocol, order.seed, order.file)
    if order.rounds is not None:
        same = same and [round_.operations for round_ in cell.rounds] == [order.scenario.operations] * order.rounds
    rules = (order.rules.limit, order.rules.confidence)
    judged = (cell.limit_bytes_per_operation, cell.confidence) == rules
    return same and judged and not cell.interrupted and cell.verdict is not Verdict.FAILED


def _exit_code(cells: Sequence[Cell], strict: bool) -> int:
    verdicts = {cell.verdict for cell in cells}
    if Verdict.LEAKING in verdicts:
        return errors.LEAK
    if Verdict.FAILED in verdicts:
        return errors.FAILED
    if Verdict.INCONCLUSIVE in verdicts and strict:
        return errors.INCONCLUSIVE
    return errors.CLEAN


def _jobs(arguments: argparse.Namespace, pythons: Sequence[str]) -> list[Job]:
    known = catalogue.stacks()
    needed = {module for stack in known.values() for module in stack.requires}
    files = workloads.find(arguments.stacks)
    patterns = [name for name in arguments.stacks if name not in files]
    chosen = _scenarios(arguments)
    found = []
    for python in pythons:
        environment = environments.describe(python, needed)
        if patterns or not files:
            for stack in _select(patterns, known, environment):
                found += [Job(environment, _order(arguments, stack.name, scenario)) for scenario in chosen]
        for target, label in files.items():
            scenario = workloads.scenario(arguments.operations)
            found.append(Job(environment, replace(_order(arguments, label, scenario), file=target)))
    if len({job.key for job in found}) < len(found):
        raise UsageError("two of the interpreters have the same versions of everything: measure them in two runs")
    return found


def _scenarios(arguments: argparse.Namespace) -> list[Scenario]:
    if arguments.mix:
        chosen = [scenarios.from_mix(arguments.mix)]
    elif arguments.scenario:
        chosen = [scenarios.find(name) for name in dict.fromkeys(arguments.scenario)]
    else:
        names = scenarios.DEFAULT[:1] if arguments.quick else scenarios.DEFAULT
        chosen = [scenarios.find(name) for name in names]
    if arguments.operations:
        chosen = [replace(scenario, operations=arguments.operations) for scenario in chosen]
    return chosen


def _select(patterns: Sequence[str], known: dict[str, Stack], environment: Environment) -> list[Stack]:
    """The stacks that the patterns name, by their short or full names, and that the environment can run."""
    names = {name: (name, environment.prefix + name) for name in known}
    wanted: dict[str, Stack] = {}
    for pattern in patterns or [stack.name for stack in known.values() if stack.truth is None]:
        matched = [name for name, both in names.items() if any(fnmatchcase(text, pattern) for text in both)]
        if not matched:
            known_names = [both[pattern.startswith("sqlalchemy")] for both in names.values()]
            raise errors.unknown("stack", pattern, known_names)
        wanted.update({name: known[name] for name in matched})
    available = [stack for stack in wanted.values() if not environment.lacks(stack)]
    lacking = {stack.name: environment.lacks(stack) for stack in wanted.values() if environment.lacks(stack)}
    if lacking and (patterns or not available):
        name, modules = next(iter(lacking.items()))
        raise UsageError(f"{name} needs {', '.join(modules)}, which {environment.executable} lacks: install it there")
    return available


def _order(arguments: argparse.Namespace, stack: str, scenario: Scenario) -> Order:
    fixed = arguments.rounds or arguments.operations
    return Order(
        stack=stack,
        scenario=scenario,
        seed=arguments.seed,
        rules=_rules(arguments),
        time_cap=arguments.time_cap or (QUICK_TIME_CAP if arguments.quick else TIME_CAP),
        stall=arguments.stall,
        rounds=(arguments.rounds or FIXED_ROUNDS) if fixed else None,
    )


def _rules(arguments: argparse.Namespace) -> Rules:
    rules = QUICK_RULES if arguments.quick else Rules()
    return replace(
        rules,
        limit=arguments.limit or rules.limit,
        confidence=arguments.confidence or rules.confidence,
    )


def _kept(arguments: argparse.Namespace) -> list[Cell]:
    """Check the output file before anything is measured; the cells that a resumed run keeps of it."""
    path: Path | None = arguments.output
    if path is None:
        if arguments.resume:
            raise UsageError("--resume takes up a results file: name it with -o FILE")
        return []
    _check_writable(path)
    if path.exists() and not (arguments.force or arguments.resume):
        raise UsageError(f"{path} exists: give -f to overwrite it, --resume to go on with it, or another name")
    return results.read(path) if arguments.resume and path.exists() else []


def _check_writable(path: Path) -> None:
    try:
        if path.exists() and not path.is_file():
            what = "a directory" if path.is_dir() else "no regular file"
            raise UsageError(f"{path} is {what}: name a file")
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): name another file") from None
