"""``list``: the stacks and scenarios, and which of them an interpreter can run; or the operations of files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.table import Table
from rich.text import Text

from find_mem_leaks import errors
from find_mem_leaks.commands.selection import STALL
from find_mem_leaks.errors import UsageError
from find_mem_leaks.leading import outlines
from find_mem_leaks.reports import terminal
from find_mem_leaks.subjects import catalogue, clients, environments, scenarios, workloads
from find_mem_leaks.subjects.catalogue import Stack
from find_mem_leaks.subjects.environments import Environment
from find_mem_leaks.subjects.workloads import Outline


def add(verbs: Any) -> None:
    verb = verbs.add_parser("list", help="show the stacks and scenarios, or a file's operations", allow_abbrev=False)
    verb.add_argument("files", nargs="*", metavar="FILE", help="a workload of your own: show its operations instead")
    verb.add_argument(
        "--python",
        default=sys.executable,
        metavar="PYTHON",
        help="the interpreter to look at: a path, or an installed version such as 3.9",
    )
    verb.add_argument("--json", action="store_true", help="print JSON instead of tables")
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
    console.print(*_stacks_tables(environment), _scenarios_table(), _clients_table(), sep="\n")
    return errors.CLEAN


def _list_files(arguments: argparse.Namespace, python: str) -> int:
    """Show the operations of files; UsageError for what is none."""
    found = workloads.find(arguments.files)
    for name in arguments.files:
        if name not in found:
            raise UsageError(f"{name} is not a file: `find-mem-leaks list` alone shows the stacks")
    own = {label: outlines.outline(python, target, STALL) for target, label in found.items()}
    for target, label in found.items():
        if not own[label].is_read:
            raise UsageError(f"{target} cannot be read as Python: `find-mem-leaks run` says why")
    if arguments.json:
        print(json.dumps({"files": [_of_file(label, each) for label, each in own.items()]}, indent=2))
    else:
        terminal.console().print(*(_file_table(label, each) for label, each in own.items()), sep="\n")
    return errors.CLEAN


def _of_file(label: str, own: Outline) -> dict[str, Any]:
    return {"stack": label, "scenarios": own.summaries}


def _file_table(label: str, own: Outline) -> Table:
    table = Table("Scenario", "What it is", title=label, title_justify="left")
    for scenario, summary in own.summaries.items():
        table.add_row(Text(scenario), Text(summary))
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
        "scenarios": [
            {"name": scenario.name, "mix": scenario.shares, "operations": scenario.operations}
            for scenario in scenarios.SCENARIOS.values()
        ],
        "clients": clients.summaries(),
    }


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
