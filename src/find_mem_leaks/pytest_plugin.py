"""The plugin for pytest: ``--leaks``, the mark ``leaks`` and the fixture ``leaks``.

Every run of pytest where this package is installed imports this file, so it imports nothing but pytest. What judges is
a process beside pytest (``plugin/judge.py``), which begins when the first test is to be judged.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from find_mem_leaks.plugin.fixture import Leaks
    from find_mem_leaks.plugin.judging import Judging

MARK = "leaks"
# What a measured process has in its environment: there nothing is to be judged.
MEASURED = "FIND_MEM_LEAKS_CELL"
JUDGING = "find-mem-leaks-judging"
RESULTS = "find-mem-leaks-results"
EVERY, MARKED, NONE = "every", "marked", "none"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("leaks", "memory leaks (find-mem-leaks)")
    group.addoption(
        "--leaks",
        action="store_const",
        const=EVERY,
        default=MARKED,
        dest="leaks",
        help="judge of every test whether it leaks, each in a process of its own (default: of those marked 'leaks')",
    )
    group.addoption(
        "--no-leaks", action="store_const", const=NONE, dest="leaks", help="judge none, not even those marked 'leaks'"
    )
    group.addoption("--leaks-report", metavar="FILE", help="write the results there, for `find-mem-leaks report`")
    group.addoption("--leaks-known", metavar="FILE", help="a file of leaks that are known, for which no test fails")
    group.addoption(
        "--leaks-update-known",
        action="store_true",
        help="write the leaks that are found into the file of --leaks-known, and fail for none",
    )
    group.addoption(
        "--leaks-jobs", type=int, metavar="N", help="tests judged at once (default: one per core; under xdist one each)"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"{MARK}(limit, seconds): judge whether the test leaks; limit: bytes per call that it may grow by, "
        "seconds: that judging it may take",
    )
    known = config.getoption("leaks_known")
    if config.getoption("leaks_update_known") and not known:
        raise pytest.UsageError("--leaks-update-known writes into a file: name it with --leaks-known FILE")
    if known and not config.getoption("leaks_update_known") and not os.path.isfile(known):  # noqa: PTH113 - no import
        raise pytest.UsageError(f"there is no file {known}: --leaks-update-known writes it")
    report = config.getoption("leaks_report")
    if report and not os.path.isdir(os.path.dirname(report) or "."):  # noqa: PTH112, PTH120 - no import
        raise pytest.UsageError(f"--leaks-report {report}: there is no such folder")
    if MEASURED not in os.environ:
        config.pluginmanager.register(Results(config), RESULTS)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Get ready to judge, if any test is to be."""
    config = session.config
    items = [item for item in session.items if _is_judged(item, config.getoption("leaks"))]
    if items and not config.getoption("collectonly") and MEASURED not in os.environ:
        judging(config).expect(items)


def _is_judged(item: pytest.Item, which: str) -> bool:
    """Return whether a test is judged as a whole; of one with the fixture, what it gives that is."""
    if which == NONE or MARK in getattr(item, "fixturenames", ()):
        return False
    return which == EVERY or item.get_closest_marker(MARK) is not None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of xdist's how pytest was called."""
    node.workerinput["leaks_arguments"] = [str(each) for each in node.config.invocation_params.args]


class Results:
    """A plugin for what a run of pytest comes to, in whatever processes its tests were judged."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._documents: list[str] = []
        self._lines: list[str] = []
        self.environment = dict(os.environ)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._documents += getattr(report, "leaks", ())

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the report and the known leaks, where the results of the whole run come together."""
        is_wanted = self._config.getoption("leaks_report") and not self._config.getoption("collectonly")
        if (self._documents or is_wanted) and not hasattr(self._config, "workerinput"):
            try:
                is_whole = exitstatus != pytest.ExitCode.INTERRUPTED
                self._lines = judging(self._config).finish(self._documents, is_whole=is_whole)
            except pytest.UsageError as error:
                self._lines = [str(error)]
        running = self._config.pluginmanager.get_plugin(JUDGING)
        if running is not None:
            running.end()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._lines:
            terminalreporter.section("leaks")
        for line in self._lines:
            terminalreporter.write_line(line)


def environment(config: pytest.Config) -> dict[str, str]:
    """Return the environment variables as they were before any test changed them."""
    results: Any = config.pluginmanager.get_plugin(RESULTS)
    before: dict[str, str] = results.environment
    return before


def judging(config: pytest.Config) -> Judging:
    """The plugin that judges tests of this process, registered when it is first needed."""
    plugin: Any = config.pluginmanager.get_plugin(JUDGING)
    if plugin is None:
        from find_mem_leaks.plugin.judging import Judging  # noqa: PLC0415 - not imported where nothing is judged

        plugin = Judging(config)
        config.pluginmanager.register(plugin, JUDGING)
    registered: Judging = plugin
    return registered


@pytest.fixture
def leaks(request: pytest.FixtureRequest) -> Leaks:
    """Judge whether an operation leaks: ``leaks(operation, *arguments, limit=None, seconds=None)``.

    It is called again and again, as the test has set it up, in processes of their own; fails the test if it leaks, and
    returns the verdict. In an async test it is awaited.
    """
    from find_mem_leaks.plugin.fixture import Leaks  # noqa: PLC0415

    return Leaks(request)
