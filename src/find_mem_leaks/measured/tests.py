"""A test as a workload: one item of pytest's, called again and again in this process as pytest calls it.

Fixtures of the test's own scope are set up and torn down with each call, wider ones once. What pytest keeps of a call
goes when the call is over, as it would with the item of a test that is called once: reports, captured output, warnings,
log records, ``tmp_path``. What the test or its code keeps, stays.
"""

from __future__ import annotations

import _tracemalloc  # without what its module imports
import contextlib
import copy
import os
import shutil
import sys
from typing import TYPE_CHECKING, Any, Dict, Generator, Iterator, List, Optional, Sequence, Tuple

from . import callers, collecting, finalizers

if TYPE_CHECKING:
    import pytest
    from pluggy import Result

    from . import requests

# What an item holds that is made anew with each call: the instance of a test's class, and the method bound to it.
BOUND = ("_instance", "_obj")
PLAIN = (list, dict, set)


class SkippedError(Exception):
    """The test is not to be measured: the message says why."""

    is_skip = True


class FailedError(Exception):
    """A call failed by what is no ``Exception``, such as ``pytest.fail``."""


class Outcomes:
    """A plugin that sees what became of each phase of a call."""

    def __init__(self) -> None:
        import pytest

        self.error: Optional[BaseException] = None
        self.skipped = ""
        self.fixtures: Sequence[finalizers.Fixture] = ()
        # Marked here: this wing imports pytest only where a test is measured.
        for wrapper in (Outcomes.pytest_runtest_makereport, Outcomes.pytest_runtest_teardown):
            pytest.hookimpl(hookwrapper=True)(wrapper)
        pytest.hookimpl(tryfirst=True)(Outcomes.pytest_runtest_protocol)

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item) -> bool:
        """Take the place of what would report the call to the terminal, or repeat it."""
        from _pytest.runner import runtestprotocol

        runtestprotocol(item, log=False, nextitem=nextitem)
        return True

    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, Result[pytest.TestReport], None]:
        report = (yield).get_result()
        if report.failed and self.error is None:
            self.error = _error(report, call)
        elif report.skipped and not self.skipped:
            self.skipped = _reason(report)

    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        """Remove the directory of the call, which pytest keeps for people to look at."""
        arguments = getattr(item, "funcargs", None) or {}
        path = arguments.get("tmp_path") or arguments.get("tmpdir")
        self.fixtures = finalizers.fixtures(item)
        yield
        if path is not None and _is_below(str(path), item.config.option.basetemp):
            shutil.rmtree(str(path), ignore_errors=True)
            # The next call's has the same name: CPython 3.12 keeps each name that a path has had.
            numbers = getattr(getattr(item.config, "_tmp_path_factory", None), "_next_number", {})
            numbers.pop(os.path.basename(str(path)).rstrip("0123456789").lower(), None)

    def let_go(self, session: pytest.Session) -> None:
        """Let go of the fixtures of the last call."""
        finalizers.prune(self.fixtures, session)
        self.fixtures = ()

    def take(self) -> Tuple[Optional[BaseException], str]:
        """The error of the last call, and why it was skipped; both are forgotten."""
        taken = self.error, self.skipped
        self.error, self.skipped = None, ""
        return taken


def _is_below(path: str, folder: str) -> bool:
    """Return whether a path is one that pytest made: a suite's own fixture may be called as pytest's is."""
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))


def _error(report: pytest.TestReport, call: pytest.CallInfo[None]) -> BaseException:
    error = call.excinfo.value if call.excinfo else None
    if error is None:  # a strict xfail that passed
        return FailedError(str(report.longrepr))
    if type(error).__name__ == "FixtureLookupError":
        return FailedError("fixture %r not found" % getattr(error, "argname", ""))
    if isinstance(error, Exception):
        return error
    failed = FailedError("%s: %s" % (type(error).__name__, str(error).strip()))
    failed.__cause__ = error
    return failed


def _reason(report: pytest.TestReport) -> str:
    """Return why a test was skipped, in pytest's words."""
    if hasattr(report, "wasxfail"):
        return ": ".join(filter(None, ("xfail", report.wasxfail.replace("reason: ", "", 1))))
    longrepr = report.longrepr
    return str(longrepr[2] if isinstance(longrepr, tuple) else longrepr).replace("Skipped: ", "", 1)


class Test:
    """The same interface as ``user_file.Operations``: one call of the test is one operation."""

    is_async = False

    def __init__(self, request: requests.Test, directory: str, plugins: Sequence[object] = ()) -> None:
        self._request = request
        self._directory = directory
        self._plugins = plugins
        self._was_called = False
        self._is_open = False
        self.completed = 0

    def open(self) -> None:
        """Collect the test; LookupError if it is not there any more."""
        import _pytest
        import pluggy

        self._outcomes = Outcomes()
        arguments = [*self._request["arguments"], self._request["path"]]
        self._session = collecting.Session(arguments, self._directory, [self._outcomes, *self._plugins])
        self._is_open = True
        nodeid = self._request["nodeid"]
        items = [item for item in self._session.items() if item.nodeid == nodeid]
        if not items:
            raise LookupError("there is no test %s" % nodeid)
        collecting.settle(items[0])
        callers.begin(_pytest, pluggy, sys.modules[__package__])
        self._call = Call(items[0], self._session.config)

    def stretch(self, begin: int, end: int) -> None:
        call, outcomes, self.completed = self._call, self._outcomes, 0
        for self.completed in range(end - begin):
            call()
            outcomes.let_go(self._session.of_pytest)
            if outcomes.error is not None or outcomes.skipped:
                self._give_up()
        if end > begin and not self._was_called:
            self._was_called = True
            stop_tracing()

    def _give_up(self) -> None:
        error, skipped = self._outcomes.take()
        if error is None:
            raise SkippedError(skipped)
        raise error

    def close(self) -> None:
        """Tear down what is wider than the test."""
        self._is_open = False
        self._session.end()

    def prepare(self, _number: int, _operations: int) -> Dict[str, int]:
        """Prepare nothing: what a test does is up to the test."""
        return {}

    def check(self) -> None:
        """Check nothing."""

    def end(self) -> None:
        """Tear down what a call that failed has left set up."""
        if self._is_open:
            with contextlib.suppress(BaseException):  # what went wrong before is what is told
                self.close()


def stop_tracing() -> None:
    """Switch off tracemalloc, if the suite has it on: it stands before Python's own allocators, which then do not tell
    what they have handed out. Once: each time it leaves what it knew of lines (CPython 3.11)."""
    _tracemalloc.stop()


class Call:
    """One item of pytest's, as it was collected, to be called as often as wanted."""

    def __init__(self, item: pytest.Item, config: pytest.Config) -> None:
        self._item = item
        self._folder = os.getcwd()
        self._reporter = config.pluginmanager.get_plugin("terminalreporter")
        self._warnings = [(warnings, len(warnings)) for warnings in _warnings(config)]
        self._doctest = getattr(item, "dtest", None)
        self._globals = dict(self._doctest.globs) if self._doctest else None
        # Another item of the same parents: to pytest the test is over after each call, and what is wider goes on.
        self._next = copy.copy(item)
        for name in BOUND:
            item.__dict__.pop(name, None)
        self._attributes = {name: _copied(value) for name, value in vars(item).items()}
        self._stash = _stashed(item)
        self._stash_before = dict(self._stash)

    def __call__(self) -> None:
        item = self._item
        if self._doctest and self._globals:  # it empties its own
            self._doctest.globs.update(self._globals)
        item.ihook.pytest_runtest_protocol(item=item, nextitem=self._next)
        self._forget()

    def _forget(self) -> None:
        """Bring the item back to what it was when it was collected, and let go of warnings."""
        attributes = vars(self._item)
        for name in [name for name in attributes if name not in self._attributes]:
            del attributes[name]
        for name, (value, before) in self._attributes.items():
            if before is not None and value != before:
                _restore(value, before)
            attributes[name] = value
        if "_request" in attributes:
            attributes["_request"] = False  # pytest makes a new one
        self._stash.clear()
        self._stash.update(self._stash_before)
        if self._reporter is not None:
            self._reporter.stats.clear()
        for warnings, before in self._warnings:
            del warnings[before:]
        with contextlib.suppress(OSError):
            os.chdir(self._folder)


def _warnings(config: pytest.Config) -> Iterator[List[object]]:
    """All that were recorded: pytest keeps them to tell plugins that come later."""
    for name in ("pytest_warning_recorded", "pytest_warning_captured"):  # the latter before pytest 8
        if hasattr(config.hook, name):
            yield getattr(config.hook, name)._call_history


def _copied(value: object) -> Tuple[object, Optional[object]]:
    """A value, and a copy of what is in it if calls may add to it."""
    return value, (copy.copy(value) if type(value) in PLAIN else None)


def _restore(value: Any, before: Any) -> None:
    if isinstance(value, list):
        value[:] = before
    else:
        value.clear()
        value.update(before)


def _stashed(item: pytest.Item) -> Dict[object, object]:
    """Return what plugins keep with an item."""
    stash = getattr(item, "stash", None)
    if stash is None:
        stash = getattr(item, "_store", None)
    stored: Dict[object, object] = getattr(stash, "_storage", {})
    return stored
