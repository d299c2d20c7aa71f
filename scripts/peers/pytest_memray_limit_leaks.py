"""pytest-memray's ``limit_leaks("1 KB")`` on a test that runs the operations in a loop.

https://pytest-memray.readthedocs.io/en/latest/usage.html: a test fails if what any one call stack in it allocated and
did not free is above the limit; the code should run in a loop, so that leaks stand out from what caches keep; some
small amount per call stack has to be allowed. The marker itself switches on native stacks and the tracing of Python's
allocators.

More favourable than the page asks for: a test of its own, which ``--memray`` tracks too, does the warm-up (CPython 3.11
makes a table of lines for each function that it first traces, which would be found otherwise); and garbage is collected
at the end of the test.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from workload import CLEAN, LEAKING, ROUND, ROUNDS, UNDECIDED, WARM_UP, Workload, collect_garbage, report

TEST = f"""
import pytest

def test_warm_up(run_operations):
    run_operations({WARM_UP})

@pytest.mark.limit_leaks("1 KB")
def test_operations(run_operations):
    run_operations({ROUND * ROUNDS})
"""


class Plugin:
    """Gives the tests their operations and keeps what pytest reports of them."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self.done = 0
        self.reports: list[pytest.TestReport] = []

    @pytest.fixture
    def run_operations(self) -> object:
        return self._run

    def _run(self, operations: int) -> None:
        self.done = self._workload.run(operations)
        collect_garbage()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.append(report)


def judge(workload: Workload) -> tuple[str, str]:
    plugin = Plugin(workload)
    with tempfile.TemporaryDirectory() as directory:
        test, settings = Path(directory, "test_workload.py"), Path(directory, "pytest.ini")
        test.write_text(TEST)
        settings.write_text("[pytest]\n")
        options = ["--memray", "--hide-memray-summary", "-x", "-q", "-p", "no:cacheprovider"]
        pytest.main([*options, "-c", str(settings), "--rootdir", directory, str(test)], plugins=[plugin])
    return _verdict(plugin)


def _verdict(plugin: Plugin) -> tuple[str, str]:
    failed = [test for test in plugin.reports if test.failed]
    for test in failed:
        leaks = dict(test.sections).get("memray-leaked-memory")
        if leaks is not None:
            sizes = [line.split()[1] for line in leaks.splitlines() if line.endswith("allocated here:")]
            return LEAKING, f"{len(sizes)} call stacks above 1 KB in {plugin.done} operations: {', '.join(sizes)}"
    if failed:
        crash = getattr(failed[0].longrepr, "reprcrash", None)
        return UNDECIDED, crash.message if crash else failed[0].longreprtext
    if sum(test.when == "call" for test in plugin.reports) != 2:
        return UNDECIDED, "pytest did not run both tests"
    return CLEAN, f"no call stack above 1 KB in {plugin.done} operations"


if __name__ == "__main__":
    os.environ.pop("PYTEST_ADDOPTS", None)
    report(judge)
