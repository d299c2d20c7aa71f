"""``list``: the stacks and scenarios, and which of them an interpreter can run."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from rich.table import Table
from rich.text import Text

from find_mem_leaks import catalogue, environments, errors, scenarios
from find_mem_leaks.environments import Environment
from find_mem_leaks.reports import terminal


def add(verbs: Any) -> None:
    verb = verbs.add_parser("list", help="show the stacks and scenarios", allow_abbrev=False)
    verb.add_argument(
        "--python",
        default=sys.executable,
        metavar="PYTHON",
        help="the interpreter to look at: a path, or an installed version such as 3.9",
    )
    verb.add_argument("--json", action="store_true", help="print JSON instead of tables")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    stacks = catalogue.stacks().values()
    needed = {module for stack in stacks for module in stack.requires}
    environment = environments.describe(environments.find_python(arguments.python), needed)
    if arguments.json:
        print(json.dumps(_document(environment), indent=2))
        return errors.CLEAN
    console = terminal.console()
    console.print(_stacks_table(environment), _scenarios_table())
    return errors.CLEAN


def _document(environment: Environment) -> dict[str, Any]:
    return {
        "python": environment.python,
        "packages": dict(environment.packages),
        "stacks": [
            {
                "name": stack.name,
                "label": environment.prefix + stack.name,
                "summary": stack.summary,
                "requires": stack.requires,
                "truth": stack.truth,
                "missing": environment.lacks(stack),
            }
            for stack in catalogue.stacks().values()
        ],
        "scenarios": [
            {"name": scenario.name, "mix": scenario.shares, "operations": scenario.operations}
            for scenario in scenarios.SCENARIOS.values()
        ],
    }


def _stacks_table(environment: Environment) -> Table:
    title = f"Stacks in {environment.executable}: Python {environment.python}"
    versions = [f"{name} {version}" for name, version in environment.packages.items() if version]
    table = Table("Stack", "Available", "What it is", title=Text(", ".join([title, *versions])), title_justify="left")
    for stack in catalogue.stacks().values():
        lacking = environment.lacks(stack)
        available = f"no: install {', '.join(lacking)}" if lacking else "yes"
        table.add_row(stack.name, available, Text(stack.summary))
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
        shares = [f"{share:.0%}" for share in scenario.shares]
        default = "yes" if scenario.name in scenarios.DEFAULT else ""
        table.add_row(scenario.name, *shares, f"{scenario.operations:,}", default)
    return table
