"""``explain``: measure one stack and say where it leaks and what holds it."""

from __future__ import annotations

import argparse
from typing import Any

from find_mem_leaks import errors
from find_mem_leaks.commands import applications, tests
from find_mem_leaks.commands import run as run_
from find_mem_leaks.commands.values import memory, positive
from find_mem_leaks.reports import explanation, forecast, terminal, what_if
from find_mem_leaks.subjects import catalogue, scenarios


def add(verbs: Any) -> None:
    verb = verbs.add_parser(
        "explain",
        help="say where a stack leaks: the line that allocates, and what holds it",
        description="Measure a stack or a workload of your own, then run it again under memray: the places that keep "
        "allocating what stays, how the operation gets there, and what holds it.",
        allow_abbrev=False,
    )
    verb.add_argument("stack", metavar="STACK|FILE|APP|TESTS", help="as for `run`")
    verb.add_argument(
        "scenario", nargs="?", metavar="SCENARIO", help="as for `run -s` (default: a stack's first, all of a file)"
    )
    verb.add_argument("--python", metavar="PYTHON", help="as for `run`")
    verb.add_argument("--with", action="append", dest="requirements", metavar="PACKAGE", help="as for `run`")
    verb.add_argument("--database", metavar="NAME|URL", help="as for `run`")
    verb.add_argument("--quick", action="store_true", help="a shorter look, for leaks above 8 B/op")
    verb.add_argument("--what-if", action="store_true", help="as for `run`")
    verb.add_argument("--memory-limit", type=memory, metavar="SIZE", help="as for `run`")
    verb.add_argument("--explain-cap", type=positive, metavar="S", help="as for `run`")
    verb.add_argument("--memray", metavar="DIR", help="keep memray's capture there")
    applications.add(verb)
    tests.add(verb)
    verb.set_defaults(run=run)


def _first_scenario(name: str) -> str | None:
    stack = catalogue.stacks().get(name)
    if stack is None:
        return None
    return next(iter(stack.own)) if stack.own else scenarios.DEFAULT[0]


def run(arguments: argparse.Namespace) -> int:
    words = [arguments.stack, "--explain", "-q", *(["--quick"] if arguments.quick else [])]
    words += ["--what-if"] if arguments.what_if else []
    scenario = arguments.scenario or _first_scenario(arguments.stack)
    words += ["-s", scenario] if scenario else []
    words += [word for package in arguments.requirements or () for word in ("--with", package)]
    words += [*applications.words(arguments), *tests.given(arguments)]
    for name in ("python", "database", "memray", "explain_cap"):
        value = getattr(arguments, name)
        words += [f"--{name.replace('_', '-')}", str(value)] if value else []
    asked = run_.parse(words)
    cells, finished, _ = run_.measure(asked)
    print(explanation.render(cells))
    if arguments.what_if:
        what_if.render(cells, terminal.console())
    for line in forecast.lines(cells, arguments.memory_limit):
        print(line)
    return run_.exit_code(cells, strict=False) if finished else errors.INTERRUPTED
