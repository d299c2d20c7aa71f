"""pytest's side: the tests that are to be judged, and what becomes of their reports."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from find_mem_leaks.plugin import calls
from find_mem_leaks.plugin.beside import Beside
from find_mem_leaks.plugin.words import Answer, Call
from find_mem_leaks.pytest_plugin import MARK, environment


class Judging:
    """A plugin that runs each test that is to be judged as usual and, where it passes, has it judged."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._is_of_xdist = hasattr(config, "workerinput")
        self._beside: Beside | None = None
        self._expected: list[pytest.Item] = []
        self._names: set[str] = set()
        self._documents: list[str] = []

    @property
    def beside(self) -> Beside:
        """The process that judges, which begins when it is first needed."""
        if self._beside is None:
            folder = str(self._config.invocation_params.dir)
            self._beside = Beside(calls.settings(self._config), folder, environment(self._config))
        return self._beside

    def expect(self, items: Sequence[pytest.Item]) -> None:
        """Remember the tests that are to be judged as a whole."""
        self._expected = list(items)
        self._names = {item.nodeid for item in items}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        if item.nodeid not in self._names:
            return None
        self._order()
        hook = item.ihook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        called = next((report for report in reports if report.when == "call"), None)
        if called and all(report.passed and not hasattr(report, "wasxfail") for report in reports):
            self._judge(item, called)
        for report in reports:
            hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _order(self) -> None:
        """Have all tests judged in their order, as many at once as there are cores; a process of xdist's does not know
        which of them are its own, and has one judged when it comes to it."""
        if self._is_of_xdist:
            return
        expected, self._expected = self._expected, []
        for item in expected:
            self.beside.order(calls.test(item))

    def _judge(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Let the report of a test that passed say what it was judged to be."""
        calls.stop_clock(item)
        try:
            if self._is_of_xdist:
                self.beside.order(calls.test(item))
            answer = self.beside.answer(calls.key(item))
        except pytest.UsageError as error:
            if not self._is_of_xdist:
                raise
            report.outcome, report.longrepr = "failed", str(error)  # a process of xdist's has no other way to say it
            return
        attach(report, [answer["document"]])
        report.duration += answer["seconds"]
        if answer["fails"]:
            report.outcome = "failed"
            report.longrepr = answer["message"]

    def judge(self, call: Call) -> Answer:
        """Return what an operation that a test hands over is judged to be."""
        self.beside.order(call)
        answer = self.beside.answer(call["key"])
        self._documents += [answer["document"]] if answer["document"] else []
        return answer

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, Any, None]:
        """Send along with the report of a test what it has had judged."""
        outcome = yield
        if self._documents:
            documents, self._documents = self._documents, []
            attach(outcome.get_result(), documents)

    def finish(self, documents: Sequence[str], *, is_whole: bool) -> list[str]:
        """Have the results of a run written; lines that say what it came to."""
        return self.beside.finish(documents, is_whole=is_whole)

    def end(self) -> None:
        if self._beside is not None:
            self._beside.end()


def attach(report: pytest.TestReport, documents: Iterable[str]) -> None:
    """Send results along with a report, from one process to another too."""
    vars(report)[MARK] = [*getattr(report, MARK, ()), *filter(None, documents)]
