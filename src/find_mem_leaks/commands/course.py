"""The course of a call of ``releases``: package, stack or file, rules, and what is installed beside."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from find_mem_leaks import errors
from find_mem_leaks.commands import run, selection
from find_mem_leaks.commands.options import words, words_of
from find_mem_leaks.errors import UsageError
from find_mem_leaks.history.releases.outcomes import Course
from find_mem_leaks.judging.rules import QUICK
from find_mem_leaks.leading import outlines
from find_mem_leaks.leading.order import Order
from find_mem_leaks.subjects import catalogue, databases, environments, scenarios, workloads
from find_mem_leaks.subjects.catalogue import Stack
from find_mem_leaks.subjects.scenarios import Scenario
from find_mem_leaks.subjects.workloads import Settings

STACK = "sync_session"
# The options that say by which rules.
RULES = ("quick", "limit", "time_cap")


def package(name: str) -> str:
    """The package's name as indexes spell it; UsageError if it is none."""
    try:
        requirement = Requirement(name)
    except InvalidRequirement:
        raise UsageError(f"{name!r} is not a package's name") from None
    if requirement.specifier or requirement.url or requirement.extras or requirement.marker:
        raise UsageError(
            f"{name!r} is more than a package's name: give versions by --since and --until, extras by --with"
        )
    return str(canonicalize_name(name))


def course(arguments: argparse.Namespace, package: str) -> Course:
    """The course of a package, which is spelt as indexes spell it; UsageError if it cannot be carried out."""
    python = environments.find_python(arguments.python or sys.executable)
    order, needed = _wanted(arguments, python)
    return Course(package, python, environments.describe(python, ()).python, _beside(package, needed, arguments), order)


def quick(course: Course) -> Course:
    """The same course by the rules of --quick, and by the limit of its file if it has one."""
    rules_of_line, time_cap = course.order.rules, selection.QUICK_TIME_CAP
    rules = replace(QUICK if rules_of_line.hourly else QUICK.of(rules_of_line.limit), fewest=rules_of_line.fewest)
    grace = selection.GRACE * time_cap if course.order.grace else 0.0
    return replace(course, order=replace(course.order, rules=rules, time_cap=time_cap, grace=grace))


def one_more(arguments: argparse.Namespace, course: Course, folder: Path) -> list[str]:
    """The words that measure one more release of this course: for asv, where it is asked for one that is not kept."""
    order = course.order
    measured = [order.file] if order.file else ["--stack", order.stack]
    load = ["-s", order.scenario.name, "--python", course.python, "-o", str(folder.resolve())]
    beside = words_of("requirements", [*course.requirements])
    rest = words(arguments, "database", *RULES)
    return ["releases", course.package, *measured, *load, *beside, *rest, "--pre", "--yanked"]


def whole_line(arguments: argparse.Namespace, package: str) -> str:
    """The command that measures every release of the line which was to be halved."""
    which = words(arguments, "stack", "scenario", "since", "until", "python", "output", "requirements", "database")
    withdrawn = ["--no-yanked"] if arguments.yanked is False else []
    rest = [*which, *words(arguments, "pre", "yanked"), *withdrawn, *words(arguments, *RULES)]
    return shlex.join(["find-mem-leaks", "releases", package, *filter(None, [arguments.workload]), *rest])


def _wanted(arguments: argparse.Namespace, python: str) -> tuple[Order, tuple[str, ...]]:
    """Return what is measured, and what it needs installed."""
    name = _workload(arguments)
    files = workloads.find([name])
    if not files:
        if arguments.database:
            raise UsageError(f"--database is for a file of your own, and {name} is a stack that ships")
        stack = errors.look_up("stack", name, catalogue.stacks())
        return _order(arguments, stack.name, _scenario(stack, arguments.scenario)), stack.requires
    [(target, label)] = files.items()
    target = str(Path(target).resolve()) if Path(target).is_file() else target
    outline = outlines.outline(python, target, selection.STALL)
    scenario = workloads.scenario(None, workloads.pick(target, outline, arguments.scenario))
    database = databases.of_file(arguments.database or ())
    return replace(_order(arguments, label, scenario, outline.settings), file=target, database=database), ()


def _workload(arguments: argparse.Namespace) -> str:
    """The file or stack that is asked for."""
    if arguments.workload and arguments.stack:
        raise UsageError(f"{arguments.workload} and --stack {arguments.stack} are two: give one")
    return arguments.workload or arguments.stack or STACK


def _scenario(stack: Stack, named: str | None) -> Scenario:
    """The scenario that is asked for, or the stack's first."""
    own = {name: Scenario(name, None, scenarios.OPERATIONS) for name in stack.own or ()}
    return errors.look_up("scenario", named or next(iter(own), scenarios.DEFAULT[0]), own or scenarios.SCENARIOS)


def _order(arguments: argparse.Namespace, stack: str, scenario: Scenario, of_file: Settings | None = None) -> Order:
    return selection.order(run.parse(words(arguments, *RULES)), stack, scenario, of_file)


def _beside(package: str, modules: Sequence[str], arguments: argparse.Namespace) -> tuple[str, ...]:
    """Return what is installed beside each release: what was asked for, and what else the stack needs."""
    packages = []
    for text in arguments.requirements:
        try:
            packages.append(str(canonicalize_name(Requirement(text).name)))
        except InvalidRequirement:
            raise UsageError(f"--with {text!r} is not a requirement such as 'greenlet<3'") from None
    needed = [str(canonicalize_name(module)) for module in modules]
    return (*arguments.requirements, *(name for name in needed if name not in {package, *packages}))
