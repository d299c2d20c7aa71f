"""``list``: the stacks and scenarios, and which of them an interpreter can run; or the operations of files, or the
routes of applications with what they will be sent."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

from rich.table import Table
from rich.text import Text

from find_mem_leaks import errors
from find_mem_leaks.commands import applications, named
from find_mem_leaks.commands import tests as of_tests
from find_mem_leaks.commands.options import Verb, option
from find_mem_leaks.commands.selection import STALL
from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import outlines
from find_mem_leaks.reports import terminal
from find_mem_leaks.subjects import catalogue, clients, databases, environments, scenarios
from find_mem_leaks.subjects import routes as of_routes
from find_mem_leaks.subjects.applications import Application
from find_mem_leaks.subjects.catalogue import Stack
from find_mem_leaks.subjects.environments import Environment
from find_mem_leaks.subjects.requests import Request
from find_mem_leaks.subjects.routes import MIXED, Route
from find_mem_leaks.subjects.tests import Test
from find_mem_leaks.subjects.workloads import Outline

SUMMARIES = ("Scenario", "What it is")
VERB = Verb(
    "list",
    "show the stacks and scenarios, a file's operations, an application's routes, or tests",
    option(
        "files FILE|APP|TESTS",
        "a workload of your own: show its operations instead; an application: its routes, and what they will be sent, "
        "sending nothing; tests: those that pytest collects, calling none",
        nargs="*",
    ),
    option(
        "--python PYTHON",
        "the interpreter to look at: a path, or an installed version such as 3.9",
        default=sys.executable,
    ),
    option("--json", "print JSON instead of tables"),
    applications.OPTIONS,
    of_tests.OPTIONS,
)


def run(arguments: argparse.Namespace) -> int:
    python = environments.find_python(arguments.python)
    if arguments.files:
        return _list_files(arguments, python)
    stacks = catalogue.stacks().values()
    needed = {module for stack in stacks for module in stack.requires}
    environment = environments.describe(python, needed)
    environments.check_sqlalchemy(environment)
    if arguments.json:
        print(json.dumps(_document(environment), indent=2))
        return errors.CLEAN
    misbehaving = _table("Clients that misbehave: --clients", ("Client", "What it does"), clients.summaries().items())
    tables = (*_stacks_tables(environment), _scenarios_table(), misbehaving, _databases_table())
    terminal.console().print(*tables, sep="\n")
    return errors.CLEAN


def _list_files(arguments: argparse.Namespace, python: str) -> int:
    """Show what the names stand for; UsageError for what is neither a file nor an application."""
    listed = named.find(arguments, arguments.files, [python], STALL)
    for name in listed.patterns:
        raise UsageError(f"{name} is not a file or an application: `find-mem-leaks list` alone shows the stacks")
    files = {label: listed.outlines[python, target] for target, label in listed.files.items()}
    for target, label in listed.files.items():
        if not files[label].is_read:
            raise UsageError(f"{target} cannot be read as Python: `find-mem-leaks run` says why")
    routes = {each.name: _routes_of(each, python, arguments) for each in listed.applications.values()}
    _show(files, routes, listed.suites[python].files if listed.suites else {}, as_json=arguments.json)
    return errors.CLEAN


def _show(
    own: Mapping[str, Outline], known: Mapping[str, list[Route]], suite: Mapping[str, list[Test]], *, as_json: bool
) -> None:
    """Print what each file, application and file of tests has, by their names."""
    if as_json:
        document = {
            "files": [{"stack": label, "scenarios": outline.summaries} for label, outline in own.items()],
            "applications": [_of_application(name, each) for name, each in known.items()],
            "tests": [asdict(test) for tests in suite.values() for test in tests],
        }
        print(json.dumps({name: entries for name, entries in document.items() if entries}, indent=2))
        return
    tables = [_table(label, SUMMARIES, outline.summaries.items()) for label, outline in own.items()]
    tables += [_routes_table(name, routes) for name, routes in known.items()]
    tables += [_table(file, SUMMARIES, map(_of_test, tests)) for file, tests in suite.items()]
    terminal.console().print(*tables, sep="\n")


def _routes_of(application: Application, python: str, arguments: argparse.Namespace) -> list[Route]:
    """The routes of an application but for those that are left out."""
    outline = outlines.of_application(python, application, STALL, applications.variables(arguments))
    return of_routes.without(applications.known(arguments, application, outline), arguments.exclude or ())


def _of_application(name: str, routes: Sequence[Route]) -> dict[str, Any]:
    return {
        "application": name,
        "routes": [
            {
                "name": route.name,
                "summary": route.summary,
                "requests": [str(request) for request in _sent(route, routes)],
                "problem": "" if route.candidates else route.problem,
                "destructive": route.is_destructive,
            }
            for route in routes
        ],
    }


def _routes_table(name: str, routes: Sequence[Route]) -> Table:
    """Return the routes, and of each the request that is tried first."""
    rows = []
    for route in routes:
        first = str(next(_sent(route, routes), f"nothing: {route.problem}"))
        first += " (only with --all, or named by -s)" if route.is_destructive else ""
        rows.append((route.name, first, route.summary))
    if len(routes) > 1:
        how = "as often as they were recorded" if any(route.share for route in routes) else "alike"
        rows.append((MIXED, f"all that are answered, {how}", ""))
    return _table(name, ("Scenario", "What is sent", "What it is"), rows)


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a table of texts as they are, whatever brackets are in them."""
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _sent(route: Route, routes: Sequence[Route]) -> Iterator[Request]:
    """The requests that are tried of a route, with their counterparts."""
    for request in route.candidates:
        yield replace(request, counterpart=of_routes.counterpart(route, request, routes))


def _of_test(test: Test) -> tuple[str, str]:
    return test.name, f"skipped: {test.skipped}" if test.skipped else test.summary


def _document(environment: Environment) -> dict[str, Any]:
    return {
        "python": environment.python,
        "packages": dict(environment.packages),
        "stacks": [
            {
                "name": stack.name,
                "label": environment.label(stack),
                "architecture": stack.architecture,
                "summary": stack.summary,
                "requires": stack.requires,
                "truth": stack.truth,
                "scenarios": stack.own,
                "missing": environment.lacks(stack),
            }
            for stack in catalogue.stacks().values()
        ],
        "databases": [databases.SQLITE, *databases.DRIVERS],
        "scenarios": [
            {"name": scenario.name, "mix": scenario.shares, "operations": scenario.operations}
            for scenario in scenarios.SCENARIOS.values()
        ],
        "clients": clients.summaries(),
    }


def _databases_table() -> Table:
    rows = [(databases.SQLITE, "sync, async", "nothing: it is embedded")]
    for driver in databases.DRIVERS.values():
        kinds = [name for name, serves in (("sync", driver.is_sync), ("async", driver.is_async)) if serves]
        is_newer = driver.since > environments.OLDEST_SQLALCHEMY
        since = f", SQLAlchemy {driver.since[0]}.{driver.since[1]}" if is_newer else ""
        rows.append((driver.name, ", ".join(kinds), driver.requirement + since))
    return _table("Databases, for run --database", ("Database", "Stacks", "Needs"), rows)


def _stacks_tables(environment: Environment) -> Iterator[Table | Text]:
    """A line on the environment, then a table for each architecture."""
    versions = [f"{name} {version}" for name, version in environment.packages.items() if version]
    yield Text(", ".join([f"Stacks in {environment.executable}: Python {environment.python}", *versions]))
    for architecture, stacks in groupby(_by_architecture(), key=lambda stack: stack.architecture):
        yield _stacks_table(architecture, list(stacks), environment)


def _by_architecture() -> list[Stack]:
    """Return all stacks, plain SQLAlchemy first, each architecture together."""
    stacks = catalogue.stacks().values()
    return sorted(stacks, key=lambda stack: (stack.architecture != Stack.architecture, stack.architecture))


def _stacks_table(architecture: str, stacks: Sequence[Stack], environment: Environment) -> Table:
    controls = any(stack.is_control for stack in stacks)
    truth = ("Known truth",) if controls else ()
    rows = []
    for stack in stacks:
        lacking = environment.lacks(stack)
        available = f"no: install {', '.join(lacking)}" if lacking else "yes"
        truths = (stack.truths,) if controls else ()
        rows.append((stack.name, available, ", ".join(stack.requires), *truths, stack.summary))
    return _table(architecture, ("Stack", "Available", "Needs", *truth, "What it is"), rows)


def _scenarios_table() -> Table:
    rows = []
    for scenario in scenarios.SCENARIOS.values():
        shares = [f"{share:.0%}" for share in scenario.shares or ()]
        default = "yes" if scenario.name in scenarios.DEFAULT else ""
        rows.append((scenario.name, *shares, f"{scenario.operations:,}", default))
    columns = ("Scenario", "Create", "Read", "Update", "Delete", "Operations a round", "By default")
    return _table("Scenarios", columns, rows)
