"""``list``: the stacks and scenarios, and which of them an interpreter can run; or the operations of files, or the
routes of applications with what they will be sent."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

from rich.table import Table
from rich.text import Text

from find_mem_leaks import errors
from find_mem_leaks.commands import applications
from find_mem_leaks.commands import tests as of_tests
from find_mem_leaks.commands.selection import STALL
from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import outlines
from find_mem_leaks.reports import terminal
from find_mem_leaks.subjects import applications as subjects
from find_mem_leaks.subjects import catalogue, clients, databases, environments, scenarios, workloads
from find_mem_leaks.subjects import routes as of_routes
from find_mem_leaks.subjects.applications import Application
from find_mem_leaks.subjects.catalogue import Stack
from find_mem_leaks.subjects.environments import Environment
from find_mem_leaks.subjects.requests import Request
from find_mem_leaks.subjects.routes import MIXED, Route
from find_mem_leaks.subjects.tests import Test
from find_mem_leaks.subjects.workloads import Outline


def add(verbs: Any) -> None:
    verb = verbs.add_parser(
        "list",
        help="show the stacks and scenarios, a file's operations, an application's routes, or tests",
        allow_abbrev=False,
    )
    verb.add_argument(
        "files",
        nargs="*",
        metavar="FILE|APP|TESTS",
        help="a workload of your own: show its operations instead; an application: its routes, and what they will be "
        "sent, sending nothing; tests: those that pytest collects, calling none",
    )
    verb.add_argument(
        "--python",
        default=sys.executable,
        metavar="PYTHON",
        help="the interpreter to look at: a path, or an installed version such as 3.9",
    )
    verb.add_argument("--json", action="store_true", help="print JSON instead of tables")
    applications.add(verb)
    of_tests.add(verb)
    verb.set_defaults(run=run)


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
    console = terminal.console()
    console.print(*_stacks_tables(environment), _scenarios_table(), _clients_table(), _databases_table(), sep="\n")
    return errors.CLEAN


def _list_files(arguments: argparse.Namespace, python: str) -> int:
    """Show the operations of files; UsageError for what is none."""
    tests = of_tests.find(arguments.files)
    others = [name for name in arguments.files if name not in tests]
    served = subjects.find(others, arguments.app_dir, is_factory=arguments.factory)
    found = workloads.find([name for name in others if name not in served])
    for name in others:
        if name not in found and name not in served:
            raise UsageError(f"{name} is not a file or an application: `find-mem-leaks list` alone shows the stacks")
    outlined, more = of_tests.outlines_of(arguments, python, found, STALL)
    tests += more
    of_tests.check(arguments, tests)
    suite = of_tests.collected(arguments, python, tests, STALL) if tests else None
    served |= {file: subjects.of_file(file, own.applications) for file, own in outlined.items() if own.applications}
    applications.check(arguments, served)
    own = {found[target]: outline for target, outline in outlined.items() if target not in served}
    for target, label in found.items():
        if label in own and not own[label].is_read:
            raise UsageError(f"{target} cannot be read as Python: `find-mem-leaks run` says why")
    known = {each.name: _routes_of(each, python, arguments) for each in served.values()}
    tests_of = suite.files if suite else {}
    if arguments.json:
        document = {
            "files": [_of_file(label, each) for label, each in own.items()],
            "applications": [_of_application(name, each) for name, each in known.items()],
            "tests": [asdict(test) for tests in tests_of.values() for test in tests],
        }
        print(json.dumps({name: entries for name, entries in document.items() if entries}, indent=2))
    else:
        tables = [_file_table(label, each) for label, each in own.items()]
        tables += [_routes_table(name, each) for name, each in known.items()]
        tables += [_tests_table(file, each) for file, each in tests_of.items()]
        terminal.console().print(*tables, sep="\n")
    return errors.CLEAN


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
    """The routes, and of each the request that is tried first."""
    table = Table("Scenario", "What is sent", "What it is", title=name, title_justify="left")
    for route in routes:
        sent = str(next(_sent(route, routes), f"nothing: {route.problem}"))
        sent += " (only with --all, or named by -s)" if route.is_destructive else ""
        table.add_row(Text(route.name), Text(sent), Text(route.summary))
    if len(routes) > 1:
        how = "as often as they were recorded" if any(route.share for route in routes) else "alike"
        table.add_row(Text(MIXED), Text(f"all that are answered, {how}"), Text())
    return table


def _sent(route: Route, known: Sequence[Route]) -> Iterator[Request]:
    """The requests that are tried of a route, with their counterparts."""
    for request in route.candidates:
        yield replace(request, counterpart=of_routes.counterpart(route, request, known))


def _of_file(label: str, own: Outline) -> dict[str, Any]:
    return {"stack": label, "scenarios": own.summaries}


def _file_table(label: str, own: Outline) -> Table:
    table = Table("Scenario", "What it is", title=label, title_justify="left")
    for scenario, summary in own.summaries.items():
        table.add_row(Text(scenario), Text(summary))
    return table


def _tests_table(file: str, tests: Sequence[Test]) -> Table:
    table = Table("Scenario", "What it is", title=file, title_justify="left")
    for test in tests:
        table.add_row(Text(test.name), Text(f"skipped: {test.skipped}" if test.skipped else test.summary))
    return table


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
    table = Table("Database", "Stacks", "Needs", title="Databases, for run --database", title_justify="left")
    table.add_row(databases.SQLITE, "sync, async", "nothing: it is embedded")
    for driver in databases.DRIVERS.values():
        kinds = [name for name, serves in (("sync", driver.is_sync), ("async", driver.is_async)) if serves]
        since = (
            f", SQLAlchemy {driver.since[0]}.{driver.since[1]}" if driver.since > environments.OLDEST_SQLALCHEMY else ""
        )
        table.add_row(driver.name, ", ".join(kinds), Text(driver.requirement + since))
    return table


def _stacks_tables(environment: Environment) -> Iterator[Table | Text]:
    """A line on the environment, then a table for each architecture."""
    versions = [f"{name} {version}" for name, version in environment.packages.items() if version]
    yield Text(", ".join([f"Stacks in {environment.executable}: Python {environment.python}", *versions]))
    for architecture, stacks in groupby(_by_architecture(), key=lambda stack: stack.architecture):
        yield _stacks_table(architecture, list(stacks), environment)


def _by_architecture() -> list[Stack]:
    """All stacks, plain SQLAlchemy first, each architecture together."""
    stacks = catalogue.stacks().values()
    return sorted(stacks, key=lambda stack: (stack.architecture != Stack.architecture, stack.architecture))


def _stacks_table(architecture: str, stacks: Sequence[Stack], environment: Environment) -> Table:
    controls = any(stack.is_control for stack in stacks)
    truth = ("Known truth",) if controls else ()
    table = Table("Stack", "Available", "Needs", *truth, "What it is", title=architecture, title_justify="left")
    for stack in stacks:
        lacking = environment.lacks(stack)
        available = f"no: install {', '.join(lacking)}" if lacking else "yes"
        known = (stack.truths,) if controls else ()
        table.add_row(stack.name, available, ", ".join(stack.requires), *known, Text(stack.summary))
    return table


def _clients_table() -> Table:
    table = Table("Client", "What it does", title="Clients that misbehave: --clients", title_justify="left")
    for name, summary in clients.summaries().items():
        table.add_row(name, Text(summary))
    return table


def _scenarios_table() -> Table:
    table = Table(
        "Scenario",
        "Create",
        "Read",
        "Update",
        "Delete",
        "Operations a round",
        "By default",
        title="Scenarios",
        title_justify="left",
    )
    for scenario in scenarios.SCENARIOS.values():
        shares = [f"{share:.0%}" for share in scenario.shares or ()]
        default = "yes" if scenario.name in scenarios.DEFAULT else ""
        table.add_row(scenario.name, *shares, f"{scenario.operations:,}", default)
    return table
