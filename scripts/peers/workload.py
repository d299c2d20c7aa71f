"""What every peer needs: a workload file, loops of its operations that end in time, and the one line that is printed.

A peer calls ``report`` with a function that takes a ``Workload`` and returns a verdict and a short text. All peers get
the same load, unless their own protocol decides: a warm-up of ``WARM_UP`` operations, then ``ROUNDS`` rounds of
``ROUND`` operations, and no loop goes on for longer than ``LOOP_SECONDS``.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib.util
import inspect
import itertools
import json
import os
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

WARM_UP = 1_000
ROUND = 2_000
ROUNDS = 5
# A slow operation gets fewer repetitions, as it would from a person who waits for the answer.
LOOP_SECONDS = 20.0
DETAIL_LENGTH = 300

LEAKING, CLEAN, UNDECIDED = "leaking", "clean", "undecided"

# This directory is where Python looks first, and its psleak.py would hide the psleak that is installed.
PEERS = Path(__file__).resolve().parent
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != PEERS]


class Workload:
    """The file at ``path``: ``operation(i)`` is called with 0, 1, 2, … over all loops, coroutines on one event loop."""

    def __init__(self, path: Path) -> None:
        module = _load(path)
        self._operation: Callable[[int], Any] = module.operation
        self._setup: Callable[[], Any] = getattr(module, "setup", _nothing)
        self._teardown: Callable[[], Any] = getattr(module, "teardown", _nothing)
        functions = (self._operation, self._setup, self._teardown)
        self._runner = asyncio.Runner() if any(map(inspect.iscoroutinefunction, functions)) else None
        self._done = 0

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Between ``setup()`` and ``teardown()``; the event loop is closed at the end."""
        with self._runner or contextlib.nullcontext():
            self._finish(self._setup)
            try:
                yield
            finally:
                self._finish(self._teardown)

    def run(self, operations: int) -> int:
        """Do up to ``operations`` operations, but none after ``LOOP_SECONDS``; return how many were done."""
        begin, deadline = self._done, time.perf_counter() + LOOP_SECONDS
        if self._runner and inspect.iscoroutinefunction(self._operation):
            self._runner.get_loop().run_until_complete(self._await_each(begin + operations, deadline))
        else:
            self._call_each(begin + operations, deadline)
        return self._done - begin

    def call(self) -> None:
        """Do the next operation, for a peer that has a loop of its own."""
        self._finish(self._operation, self._done)
        self._done += 1

    def _call_each(self, end: int, deadline: float) -> None:
        operation = self._operation
        while self._done < end and time.perf_counter() < deadline:
            operation(self._done)
            self._done += 1

    async def _await_each(self, end: int, deadline: float) -> None:
        operation = self._operation
        while self._done < end and time.perf_counter() < deadline:
            await operation(self._done)
            self._done += 1

    def _finish(self, function: Callable[..., Any], *arguments: int) -> None:
        if self._runner and inspect.iscoroutinefunction(function):
            self._runner.get_loop().run_until_complete(function(*arguments))
        else:
            function(*arguments)


def grows_every_round(workload: Workload, read: Callable[[], int]) -> tuple[str, str]:
    """After a warm-up, leaking if ``read()`` (bytes) is higher after every one of the rounds than before it."""
    # Made beforehand, and no list of ints: a reading must not see the ones before it.
    readings = array("q", [0] * (ROUNDS + 1))
    workload.run(WARM_UP)
    readings[0] = read()
    done = 0
    for number in range(1, ROUNDS + 1):
        done += workload.run(ROUND)
        readings[number] = read()
    steps = [after - before for before, after in itertools.pairwise(readings)]
    verdict = LEAKING if all(step > 0 for step in steps) else CLEAN
    return verdict, f"bytes per round {' '.join(f'{step:+}' for step in steps)}, {done} operations"


def report(judge: Callable[[Workload], tuple[str, str]]) -> None:
    """Judge the workload that the command line names, between its ``setup()`` and ``teardown()``; print the verdict."""

    def load_and_judge(path: Path) -> tuple[str, str]:
        workload = Workload(path)
        with workload.running():
            return judge(workload)

    report_file(load_and_judge)


def report_file(judge: Callable[[Path], tuple[str, str]]) -> None:
    """Judge the file that the command line names; print verdict, wall seconds and detail as one line of JSON.

    What the workload or the peer print themselves goes to standard error. Whatever they raise is ``undecided``.
    """
    sys.stdout.flush()
    out = os.dup(1)
    os.dup2(2, 1)
    started = time.perf_counter()
    try:
        verdict, detail = judge(Path(sys.argv[1]).resolve())
    except (Exception, SystemExit) as error:
        verdict, detail = UNDECIDED, described(error)
    seconds = round(time.perf_counter() - started, 3)
    answer = {"verdict": verdict, "seconds": seconds, "detail": " ".join(detail.split())[:DETAIL_LENGTH]}
    os.write(out, json.dumps(answer).encode() + b"\n")


def described(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def collect_garbage() -> None:
    """Collect, unless the workload has switched the collector off: then the garbage that it keeps is its leak."""
    if gc.isenabled():
        gc.collect()


def with_environment(**variables: str) -> None:
    """Start this script again with these variables set, unless they are: an interpreter reads its own at its start."""
    if any(os.environ.get(name) != value for name, value in variables.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **variables})  # noqa: S606


def _load(path: Path) -> ModuleType:
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location("measured_workload", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _nothing() -> None:
    pass
