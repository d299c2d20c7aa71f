"""Tests as pytest finds them: its configuration, its plugins and its collection, without its command line."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, Iterator, List, Sequence, Tuple

if TYPE_CHECKING:
    from argparse import Namespace
    from types import ModuleType

    import pytest

    from . import replies, requests

OLDEST = (7, 0)
# What would start other processes, measure coverage or wait for a person: options of plugins, by what people know them
# by, each with the value that it has when nobody asks for it.
SWITCHED_OFF: Tuple[Tuple[str, str, object], ...] = (
    ("--cov", "cov_source", []),
    ("-n", "numprocesses", None),
    ("--dist", "dist", "no"),
    ("-d", "distload", False),
    ("--tx", "tx", []),
    ("--looponfail", "looponfail", False),
    ("--pdb", "usepdb", False),
    ("--trace", "trace", False),
    ("--junitxml", "xmlpath", None),
    ("--pastebin", "pastebin", None),
    ("--log-file", "log_file", None),
    ("--report-log", "report_log", None),
    ("--setup-only", "setuponly", False),
    ("--setup-plan", "setupplan", False),
    ("--setup-show", "setupshow", False),
    ("--stepwise", "stepwise", False),
    ("--collect-only", "collectonly", False),
    ("--exitfirst", "maxfail", 0),
)
# Those whose going nobody needs to be told of.
UNTOLD = frozenset(["--tx", "--exitfirst", "--dist", "-d", "--log-file", "--report-log"])


class NotCollectedError(Exception):
    """What keeps tests from being collected, in one line."""


class _Quiet:
    """A plugin that switches off what would be in the way, and notes what cannot be collected."""

    def __init__(self) -> None:
        import pytest

        self.switched_off: List[str] = []
        self.failed: List[pytest.CollectReport] = []
        pytest.hookimpl(hookwrapper=True, tryfirst=True)(_Quiet.pytest_load_initial_conftests)

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        """Make known where the cache is, which a suite may be without (``-p no:cacheprovider``)."""
        with contextlib.suppress(ValueError):
            parser.addini("cache_dir", "pytest's cache", default="")

    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> Iterator[None]:
        self.switch_off(early_config.known_args_namespace)
        yield

    def switch_off(self, options: Namespace) -> None:
        for name, attribute, value in SWITCHED_OFF:
            if getattr(options, attribute, value) not in (value, None, 0, []):
                if name not in self.switched_off and name not in UNTOLD:
                    self.switched_off.append(name)
                setattr(options, attribute, value)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.append(report)


class Session:
    """A session of pytest's in this process, begun; ``items`` collects."""

    def __init__(self, arguments: Sequence[str], directory: str, plugins: Sequence[object] = ()) -> None:
        """Raise NotCollectedError if pytest is missing or too old, or does not take the arguments or the suite's."""
        pytest = _pytest()
        from _pytest.config import _prepareconfig
        from _pytest.main import Session as OfPytest

        os.makedirs(os.path.join(directory, "pytest"), exist_ok=True)
        self._quiet = _Quiet()
        self._error = pytest.UsageError
        kept = ["-o", "cache_dir=" + os.path.join(directory, "cache"), "--basetemp", os.path.join(directory, "pytest")]
        kept += ["-o", "log_file="]  # it would be emptied while the suite's own pytest writes it
        sys.argv = ["pytest", *arguments]
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(directory, "hypothesis"))
        try:
            self.config = _prepareconfig([*arguments, *kept], [self._quiet, *plugins])
            self._quiet.switch_off(self.config.option)
            self.of_pytest = OfPytest.from_config(self.config)
            self.config._do_configure()
            self.config.hook.pytest_sessionstart(session=self.of_pytest)
        except (pytest.UsageError, pytest.exit.Exception) as error:
            raise NotCollectedError(_line(error)) from error
        except SystemExit as error:
            raise NotCollectedError("pytest did not take its arguments: `pytest --help` says why") from error
        self.switched_off = self._quiet.switched_off

    def items(self) -> List[pytest.Item]:
        """The tests; NotCollectedError with what kept a file from being collected."""
        try:
            self.config.hook.pytest_collection(session=self.of_pytest)
        except self._error as error:
            raise NotCollectedError(_line(error)) from error
        if self._quiet.failed and not self.config.getoption("continue_on_collection_errors", False):
            raise NotCollectedError(_of_report(self._quiet.failed[0]))
        return self.of_pytest.items

    def end(self) -> None:
        """Tear down what is still set up."""
        os.chdir(str(self.config.invocation_params.dir))
        try:
            self._finish()
        finally:
            self.of_pytest._setupstate.teardown_exact(None)
            self.config._ensure_unconfigure()

    def _finish(self) -> None:
        """Tell the suite's own conftest files, which were told of the beginning; plugins would write reports."""
        manager = self.config.pluginmanager
        others = [each for each in manager.get_plugins() if each not in manager._conftest_plugins]
        manager.subset_hook_caller("pytest_sessionfinish", others)(session=self.of_pytest, exitstatus=0)


def _pytest() -> ModuleType:
    """The module; NotCollectedError if it is missing or too old."""
    try:
        import pytest
    except ImportError:
        advice = "%s -m pip install pytest" % sys.executable
        raise NotCollectedError("pytest is missing there: `%s` installs it" % advice) from None
    version = tuple(int(part) for part in pytest.__version__.split(".")[:2])
    if version < OLDEST:
        raise NotCollectedError("pytest is %s there: install 7.0 or newer" % pytest.__version__)
    return pytest


def _line(error: BaseException) -> str:
    """An error's message in one line."""
    return " ".join(str(error).split()) or type(error).__name__


def _of_report(report: pytest.CollectReport) -> str:
    """Return what kept a file from being collected: pytest's own line of the error."""
    text = str(report.longrepr)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line[1:].strip() for line in lines if line.startswith("E ")] or lines[-1:]
    places = [line for line in lines if line.startswith(report.nodeid + ":")]
    place = places[-1].split(": ")[0] if places else report.nodeid
    return "%s cannot be collected: %s" % (place, errors[-1] if errors else "no reason is given")


def settle(item: pytest.Item) -> None:
    """See to it that each call of a test does the same: one of hypothesis draws the same examples, and keeps none."""
    if "hypothesis" not in sys.modules:
        return
    import hypothesis

    core: Any = sys.modules["hypothesis.core"]
    core.global_force_seed = 0
    function = getattr(getattr(item, "obj", None), "__func__", getattr(item, "obj", None))
    settings = getattr(function, "_hypothesis_internal_use_settings", None)
    if settings is None:
        return
    allowed = {*settings.suppress_health_check, hypothesis.HealthCheck.too_slow}
    function._hypothesis_internal_use_settings = hypothesis.settings(  # type: ignore[union-attr]
        settings, derandomize=True, database=None, deadline=None, suppress_health_check=list(allowed)
    )


def outline(request: requests.Targets, directory: str) -> replies.OutlineTests:
    """Return what pytest collects: where the tests are, which there are, what is switched off."""
    try:
        session = Session([*request["arguments"], *request["targets"]], directory)
    except NotCollectedError as error:
        return {"problem": str(error), "tests": []}
    try:
        return {
            "problem": "",
            "rootdir": str(session.config.rootpath),
            "configuration": str(session.config.inipath or ""),
            "switched_off": session.switched_off,
            "tests": [_described(item) for item in session.items()],
        }
    except NotCollectedError as error:
        return {"problem": str(error), "tests": []}
    finally:
        session.end()


def _described(item: pytest.Item) -> replies.Test:
    return {"nodeid": item.nodeid, "path": str(item.path), "summary": _summary(item), "skipped": _skipped(item)}


def _summary(item: pytest.Item) -> str:
    text = getattr(getattr(item, "obj", None), "__doc__", None) or ""
    return text.strip().split("\n")[0] if isinstance(text, str) else ""


def _skipped(item: pytest.Item) -> str:
    """Return why a mark skips it whatever it does; empty if none does, or that cannot be told."""
    from _pytest.skipping import evaluate_skip_marks

    try:
        skip = evaluate_skip_marks(item)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return ""  # pytest will say of the test itself what is wrong with its mark
    return skip.reason if skip else ""
