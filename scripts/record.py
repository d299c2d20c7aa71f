"""Record series of known truth for tests/recorded, those that are not there yet. Takes arguments of the script.

``python scripts/record.py [NAME...] [--busy] [--jobs N]`` measures every control, pair, stack and workload of
``tests/recorded/workloads`` that has no recording yet, or those whose names match the patterns, and writes a results
file of one cell each to ``tests/recorded/series``. A recording goes on for half as many operations again as its verdict
took so that rules that ask for more can be tried on it. ``--busy``: beside two processes that keep two cores busy.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import load
import nox.project
import truths

from find_mem_leaks import results, runner
from find_mem_leaks.commands.selection import CONCURRENCY, STALL, TIME_CAP
from find_mem_leaks.judged import judged
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.leading.order import Order
from find_mem_leaks.reports.progress import NORMAL, Board
from find_mem_leaks.results import Cell
from find_mem_leaks.runner import Job
from find_mem_leaks.subjects import catalogue, environments, scenarios, workloads

ROOT = Path(__file__).parents[1]
RECORDED = ROOT / "tests" / "recorded"
SERIES = RECORDED / "series"
SQLALCHEMY = ("1.4", "2.0", "2.1")
BALANCED = scenarios.DEFAULT[0]
BEYOND = 1.5
SEEDS = {load.IDLE: 1, load.BUSY: 2}
# The pairs of real releases: a file of tests/pairs, an interpreter, what it needs and whether it leaks.
PAIRS = [
    ("row_that_refers_back", "3.9", "sqlalchemy==1.4.19", "leaking"),
    ("row_that_refers_back", "3.9", "sqlalchemy==1.4.20", "clean"),
    ("cached_property_read_twice", sys.executable, "propcache==0.4.0", "leaking"),
    ("cached_property_read_twice", sys.executable, "propcache==0.4.1", "clean"),
]


@dataclass(frozen=True)
class Subject:
    """What is recorded.

    Attributes:
        name: file name of its recordings, without the condition.
        python: interpreter, or version of one.
        requires: packages beside psutil; none for the environment of this script.
        truth: verdict that is known to be true.
        stack: name of the stack, or label of the file.
        scenario: name of the scenario.
        file: the workload; None for a stack that ships.
    """

    name: str
    python: str
    requires: tuple[str, ...]
    truth: str
    stack: str
    scenario: str
    file: Path | None = None


def of_files() -> Iterator[Subject]:
    for file in sorted([*(ROOT / "tests/controls").rglob("*.py"), *(RECORDED / "workloads").glob("*.py")]):
        constants = truths.constants(file)
        requires, truth = tuple(constants.get("REQUIRES", ())), constants["TRUTH"]
        yield Subject(file.stem, sys.executable, requires, truth, file.stem, catalogue.OPERATION, file)


def of_pairs() -> Iterator[Subject]:
    for stem, python, package, truth in PAIRS:
        file = ROOT / "tests" / "pairs" / f"{stem}.py"
        name = f"{stem}-{package.replace('==', '-')}"
        yield Subject(name, python, (package,), truth, stem, catalogue.OPERATION, file)


def of_stacks() -> Iterator[Subject]:
    """Stacks in each SQLAlchemy series, controls among them in one."""
    packages = nox.project.dependency_groups(nox.project.load_toml(ROOT / "pyproject.toml"), "stacks")
    for series in SQLALCHEMY:
        requires = (f"sqlalchemy[asyncio]=={series}.*", *packages)
        for name, stack in catalogue.stacks().items():
            if stack.is_of_drivers or (series != "2.0" and (stack.is_control or "sqlalchemy" not in stack.requires)):
                continue
            for scenario, truth in (stack.own or {BALANCED: stack.truth}).items():
                own = f"-{scenario}" if stack.own and len(stack.own) > 1 else ""
                label = f"{name}{own}-{series}" if "sqlalchemy" in stack.requires else f"{name}{own}"
                yield Subject(label, sys.executable, requires, truth or "clean", name, scenario)


class Environments:
    """Throw-away environments: one for all that ask for no versions, one for each set of those that do."""

    def __init__(self, subjects: list[Subject], kept: ExitStack) -> None:
        self._kept = kept
        self._built: dict[tuple[str, tuple[str, ...]], environments.Environment] = {}
        self._any = tuple(sorted({each for one in subjects if not _is_pinned(one) for each in one.requires}))

    def of(self, subject: Subject) -> environments.Environment:
        requires = subject.requires if _is_pinned(subject) or not subject.requires else self._any
        key = subject.python, requires
        if key not in self._built:
            python = environments.find_python(subject.python)
            if requires:
                python = self._kept.enter_context(environments.throw_away(python, [*requires, "psutil"]))
            needed = {module for stack in catalogue.stacks().values() for module in stack.requires}
            self._built[key] = environments.describe(python, needed)
        return self._built[key]


def _is_pinned(subject: Subject) -> bool:
    return any("==" in each for each in subject.requires)


def job(subject: Subject, environment: environments.Environment, seed: int) -> Job:
    scenario = workloads.scenario(None) if subject.file else scenarios.SCENARIOS.get(subject.scenario)
    order = Order(
        stack=subject.stack,
        scenario=scenario or scenarios.Scenario(subject.scenario, None, scenarios.OPERATIONS),
        seed=seed,
        rules=Rules(),
        time_cap=TIME_CAP,
        stall=STALL,
        concurrency=CONCURRENCY,
        file=str(subject.file) if subject.file else None,
        truth=subject.truth,
        label=subject.name,
        beyond=BEYOND,
    )
    return Job(environment, order)


def without_paths(cell: Cell) -> Cell:
    """The cell without paths of this machine, and with clocks to the tenth of a millisecond: more is noise."""
    rounds = [
        replace(
            each,
            samples=tuple(
                replace(sample, seconds=round(sample.seconds, 6), clock=round(sample.clock - start, 4))
                for sample in each.samples
            ),
        )
        for start in [cell.rounds[0].samples[0].clock if cell.rounds else 0.0]
        for each in cell.rounds
    ]
    file = str(Path(cell.file).relative_to(ROOT)) if cell.file else None
    return replace(cell, rounds=tuple(rounds), file=file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="patterns such as 'steady_*'")
    parser.add_argument("--busy", action="store_true", help="beside two busy processes")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    arguments = parser.parse_args()
    condition = load.BUSY if arguments.busy else load.IDLE
    SERIES.mkdir(exist_ok=True)
    subjects = [
        each
        for each in (*of_files(), *of_pairs(), *of_stacks())
        if any(fnmatchcase(each.name, name) for name in arguments.names or ["*"])
        and (arguments.names or not (SERIES / f"{each.name}.{condition}.json.xz").exists())
    ]

    def done(cell: Cell) -> None:
        right = "" if cell.reads_as_its_truth else f"  <- is {cell.truth}: {cell.reason}"
        print(f"{cell.stack} {condition}: {cell.verdict}{right}", flush=True)
        recorded = judged(without_paths(cell), cell.rules)
        results.write(SERIES / f"{cell.stack}.{condition}.json.xz", [recorded])

    with ExitStack() as kept, load.beside(condition):
        built = Environments(subjects, kept)
        jobs = [job(each, built.of(each), SEEDS[condition]) for each in subjects]
        with Board(len(jobs), NORMAL) as board:
            runner.run(jobs, arguments.jobs, board, done)


if __name__ == "__main__":
    main()
