"""The process beside pytest: judges what it is told to, several at once, and says what came of each.

Lines of JSON in: first the settings of the run, then ``judge`` with what is to be judged, and ``finish`` with all
results. Lines of JSON out: an answer to each. When pytest has gone, whatever is still being measured is ended.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import IO

from find_mem_leaks import known, results, runner
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.verdict import UNMEASURED, Verdict
from find_mem_leaks.known import Known
from find_mem_leaks.leading import guard, suites
from find_mem_leaks.measured import requests
from find_mem_leaks.plugin.words import Answer, Call, Finish, Judge, Lines, Problem, Settings
from find_mem_leaks.reports import columns, of_tests
from find_mem_leaks.reports import known as of_known
from find_mem_leaks.reports.progress import QUIET, Board
from find_mem_leaks.results import Cell
from find_mem_leaks.runner import Explaining, Job
from find_mem_leaks.subjects import environments
from find_mem_leaks.subjects.environments import Environment
from find_mem_leaks.subjects.tests import Suite, Test


@dataclass(frozen=True)
class Run:
    """What is the same for all tests of a run of pytest.

    Attributes:
        suite: how pytest was called, without its tests.
        settings: as they were told.
        known: leaks that are known.
    """

    suite: Suite
    settings: Settings
    known: tuple[Known, ...] = ()

    @cached_property
    def environment(self) -> Environment:
        return environments.describe(sys.executable, ())

    def job(self, call: Call) -> Job:
        """The job of a test, or of an operation that one hands over."""
        test = Test(call["nodeid"], call["path"])
        rules = suites.RULES.of(call["limit"]) if call["limit"] else suites.RULES
        order = suites.order(self.suite, test, rules, time_cap=call["seconds"] or suites.TIME_CAP)
        if call["number"]:
            scenario = replace(order.scenario, name=operation_name(order.scenario.name, call))
            request: requests.Test = {**self.suite.request(test), "operation": call["number"]}
            order = replace(order, scenario=scenario, test=request)
        return Job(self.environment, order)

    def answer(self, call: Call) -> Answer:
        """Return what is judged to be of a call, as pytest is told."""
        cells: list[Cell] = []
        with Board(1, QUIET) as board:
            runner.run([self.job(call)], 1, board, cells.append, Explaining(leaking=True))
        cell = cells[-1]
        return {
            "key": call["key"],
            "verdict": str(cell.verdict),
            "message": of_tests.message(cell, known.new(cell, self.known) if self.settings["known"] else ()),
            "fails": self._fails(cell, call),
            "document": json.dumps(results.to_json([cell])),
            "seconds": cell.waited_seconds,
        }

    def _fails(self, cell: Cell, call: Call) -> bool:
        """Return whether a test fails for it: a leak that is not known nor allowed, or an operation that could not be
        judged, where pytest has carried it out once."""
        if cell.verdict is not Verdict.LEAKING:
            return cell.verdict in UNMEASURED and bool(call["number"])
        if self.settings["update"] or is_within(cell, call["limit"]):
            return False
        return not known.is_known(cell, self.known)

    def finish(self, documents: list[str], *, is_whole: bool) -> Iterator[str]:
        """Write what is to be written of all results, and known leaks only of a whole run; say what they come to."""
        cells = results.merge(results.from_json(json.loads(each), "pytest") for each in documents)
        yield columns.summary(cells) if cells else "no test was judged"
        yield from columns.reasons([cell for cell in cells if cell.verdict is not Verdict.LEAKING])
        if self.settings["report"]:
            yield _written(Path(self.settings["report"]), cells)
        if self.settings["known"]:
            file = Path(self.settings["known"])
            yield from of_known.lines(cells, self.known, file)
            if self.settings["update"] and is_whole:
                yield from self._update(cells, file)

    def _update(self, cells: list[Cell], file: Path) -> Iterator[str]:
        """Write the known leaks anew; say what kept that from being done."""
        try:
            known.write(file, known.updated(self.known, cells))
        except UsageError as error:
            yield str(error)


def operation_name(test: str, call: Call) -> str:
    """Return what the cell of an operation calls its scenario; a second one of a test has its number."""
    number = f" {call['number']}" if call["number"] > 1 else ""
    return f"{test} leaks({call['name']}){number}"


def is_within(cell: Cell, limit: float | None) -> bool:
    """Return whether a cell surely grows by no more than a limit that was asked for, and by nothing but memory."""
    is_of_memory = all(leak.kind == known.MEMORY for leak in known.leaks(cell))
    return limit is not None and is_of_memory and cell.interval is not None and cell.interval[1] <= limit


def _written(path: Path, cells: list[Cell]) -> str:
    try:
        results.write(path, cells)
    except OSError as error:
        return f"{path} could not be written ({error.strerror})"
    return f"results: {path}"


def begin(settings: Settings) -> Run:
    """The run that the settings say; UsageError for a file of known leaks that is none."""
    suite = Suite((), settings["rootdir"], settings["configuration"], tuple(settings["arguments"]))
    path = Path(settings["known"]) if settings["known"] else None
    listed = known.read(path) if path and path.exists() else ()
    return Run(suite, settings, tuple(listed))


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer until the requests end; each as soon as it is known."""
    lock = threading.Lock()

    def reply(words: Answer | Lines | Problem) -> None:
        with lock:
            replies.write(json.dumps(words).encode() + b"\n")
            replies.flush()

    try:
        run = begin(json.loads(requests.readline()))
    except UsageError as error:
        reply({"problem": str(error)})
        return
    pool, at_once = ThreadPoolExecutor(run.settings["jobs"]), ThreadPoolExecutor()
    for line in requests:
        request: Judge | Finish = json.loads(line)
        answer = partial(_answered, run, request, reply)
        if request["do"] == "finish":
            answer()
        else:
            (at_once if request["number"] else pool).submit(answer)  # a test waits for an operation of its own


def _answered(run: Run, request: Judge | Finish, reply: Callable[[Answer | Lines | Problem], None]) -> None:
    """Reply with what comes of a request, or with what keeps that from being known."""
    try:
        if request["do"] == "judge":
            reply(run.answer(request))
        else:
            reply({"lines": list(run.finish(request["documents"], is_whole=request["is_whole"]))})
    except UsageError as error:
        reply({"problem": str(error)})
    except Exception as error:
        reply({"problem": f"find-mem-leaks itself failed: {type(error).__name__}: {error}"})


def main() -> None:
    """Answer on standard output, to which nothing else may write; end at once when pytest has gone."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    guard.guard()  # which ends what is still being measured
    serve(sys.stdin.buffer, replies)
    os._exit(0)


if __name__ == "__main__":
    main()
