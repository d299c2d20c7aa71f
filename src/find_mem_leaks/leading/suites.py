"""Suites of tests: asked of the interpreter that they are to be measured in, and how each test is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.rules import QUICK, Rules
from find_mem_leaks.leading import outlines
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.worker import HangsError, WorkerError
from find_mem_leaks.measured import requests
from find_mem_leaks.subjects import tests, workloads
from find_mem_leaks.subjects.tests import Suite, Test

# Seconds that a test may take, and without an answer after which it counts as hung.
TIME_CAP = STALL = 60.0
# Seconds that pytest may take to collect: thousands of tests take it a minute and more where the machine is busy.
COLLECTING = 600.0
# What a test's verdict takes if nothing else is asked for: it keeps an object of its own, or it leaks not at all.
RULES = QUICK


def collect(
    executable: str,
    targets: Sequence[str],
    arguments: Sequence[str] = (),
    seconds: float = COLLECTING,
    variables: Mapping[str, str] | None = None,
) -> Suite:
    """The tests that pytest collects there; UsageError if it collects none, or cannot.

    Args:
        executable: the interpreter.
        targets: what pytest is given: files, folders, node ids.
        arguments: of pytest, such as ``-k``; they choose, and no test is measured with them.
        seconds: that collecting may take.
        variables: of its environment, those that differ from ours.
    """
    picked: requests.Targets = {"targets": list(targets), "arguments": list(arguments)}
    try:
        document = outlines.answered(
            executable,
            variables,
            lambda worker: worker.ask(seconds, do="outline", tests=picked, directory=worker.directory),
        )
    except HangsError as error:
        named = " ".join(targets)
        shown = f"`{executable} -m pytest --collect-only {named}` shows where it stops"
        raise UsageError(f"pytest has not collected {named} in {seconds:.0f} s: {shown}") from error
    except (WorkerError, OSError) as error:
        raise UsageError(f"{' '.join(targets)} cannot be collected in {executable}: {error}") from error
    return tests.suite(targets, arguments, executable, document)


def are_in(executable: str, file: str, stall: float, variables: Mapping[str, str]) -> bool:
    """Return whether pytest finds tests in a file; UsageError if it does not say so in time."""
    try:
        return bool(collect(executable, [file], (), stall, variables).tests)
    except UsageError as error:
        if isinstance(error.__cause__, HangsError):
            raise
        return False


def order(
    suite: Suite,
    test: Test,
    rules: Rules = RULES,
    *,
    seed: int = 0,
    time_cap: float = TIME_CAP,
    stall: float = STALL,
    variables: Mapping[str, str] | None = None,
) -> Order:
    """Return what a test's cell is measured with."""
    plain = Order(
        stack=test.file,
        scenario=workloads.scenario(None, test.name),
        seed=seed,
        rules=rules,
        time_cap=time_cap,
        stall=stall,
        variables=variables or {},
    )
    return of_test(plain, suite, test)


def of_test(order: Order, suite: Suite, test: Test) -> Order:
    """The same of a test."""
    return replace(order, file=test.file, test=suite.request(test), skipped=test.skipped)
