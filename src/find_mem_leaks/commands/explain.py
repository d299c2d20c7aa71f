"""``explain``: measure one stack and say where it leaks and what holds it."""

from __future__ import annotations

import argparse
from pathlib import Path

from find_mem_leaks import errors
from find_mem_leaks.commands import applications, tests
from find_mem_leaks.commands import run as run_
from find_mem_leaks.commands.options import Verb, option
from find_mem_leaks.commands.values import memory, positive
from find_mem_leaks.explaining import culprits
from find_mem_leaks.reports import explanation, forecast, terminal, what_if
from find_mem_leaks.subjects import catalogue, scenarios

AS_RUN = "as for `run`"


def _alone(word: str) -> list[str]:
    """Return the value of an option that ``run`` takes several times."""
    return [word]


VERB = Verb(
    "explain",
    "say where a stack leaks: the line that allocates, and what holds it",
    option("stack STACK|FILE|APP|TESTS", AS_RUN),
    option("scenario SCENARIO", "as for `run -s` (default: a stack's first, all of a file)", _alone, nargs="?"),
    option("--python PYTHON", AS_RUN, _alone),
    option("--with PACKAGE ...", AS_RUN, dest="requirements"),
    option("--database NAME|URL", AS_RUN, _alone),
    option("--quick", "a shorter look, for leaks above 8 B/op", default=None),
    option("--what-if", AS_RUN),
    option("--memory-limit SIZE", AS_RUN, memory),
    option("--explain-cap S", AS_RUN, positive, default=culprits.CAP),
    option("--memray DIR", "keep memray's capture there", Path),
    applications.OPTIONS,
    tests.OPTIONS,
    description="Measure a stack or a workload of your own, then run it again under memray: the places whose "
    "allocations are never freed, how the operation gets there, and what holds them.",
)


def _as_run(arguments: argparse.Namespace) -> argparse.Namespace:
    """Return the arguments of the call of ``run`` that measures and explains the same."""
    call = run_.parse([arguments.stack, "--explain", "-q"])
    vars(call).update((name, value) for name, value in vars(arguments).items() if name in call)
    call.scenario = arguments.scenario or _first_scenario(arguments.stack)
    return call


def _first_scenario(name: str) -> list[str] | None:
    stack = catalogue.stacks().get(name)
    if stack is None:
        return None
    return [*stack.own][:1] if stack.own else [scenarios.DEFAULT[0]]


def run(arguments: argparse.Namespace) -> int:
    cells, finished, _ = run_.measure(_as_run(arguments))
    print(explanation.render(cells))
    if arguments.what_if:
        what_if.render(cells, terminal.console())
    for line in forecast.lines(cells, arguments.memory_limit):
        print(line)
    return run_.exit_code(cells, strict=False) if finished else errors.INTERRUPTED
