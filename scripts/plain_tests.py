"""Call a test again and again by pytest's own means, without this tool, and say whether memory grows with the calls.

``python plain_tests.py NODEID [--seconds N]`` needs nothing but pytest, on CPython 3.8 and up. A call is what
pytest-rerunfailures makes of one: fixtures of any scope are set up, the test is called, all are torn down. Then the
test's body alone is called as often, its fixtures set up once. After a warm-up there are four stretches, with a
collection before each look at memory. It prints one JSON object: blocks of Python's allocator, bytes of malloc and of
mapped memory that stay of a call, stretch by stretch, and whether memory grows both ways: whole calls leave also what
pytest keeps of them, the body alone what its fixtures gather, such as ``capsys``. A body that cannot be called twice
does not count.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plain_growth

STRETCHES = 4
# A stretch has at most so many calls,
MOST = 500
# and at least so many.
FEWEST = 20
# A test that leaks leaves in each stretch at least so many blocks a call, or so many bytes of malloc.
BLOCKS = 0.5
BYTES = 16.0
# or so many bytes of mapped memory, which the allocators themselves take by 256 kB and more at once.
MAPPED = 2048.0


def look() -> tuple[int, int, int]:
    """Blocks that Python's allocator has handed out, bytes that malloc has, and bytes of mapped data."""
    for _ in range(3):
        gc.collect()
    with Path("/proc/self/status").open(encoding="utf-8") as status:
        mapped = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
    return sys.getallocatedblocks(), plain_growth.of_malloc(), mapped


def stretches(call: Callable[[], None], seconds: float) -> dict[str, Any]:
    """Call for about so many seconds, and say what stayed."""
    started = time.monotonic()
    for _ in range(FEWEST):
        call()
    each = (time.monotonic() - started) / FEWEST
    calls = max(FEWEST, min(MOST, int(seconds / (STRETCHES + 1) / max(each, 1e-6))))
    for _ in range(calls):
        call()
    looks = [look()]
    for _ in range(STRETCHES):
        for _ in range(calls):
            call()
        looks.append(look())
    blocks, native, mapped = (
        [(looks[number + 1][i] - looks[number][i]) / calls for number in range(STRETCHES)] for i in range(3)
    )
    counted = {"calls": calls, "blocks": blocks, "bytes": native, "mapped": mapped}
    return {**counted, "grows": grows(blocks, native, mapped)}


def grows(blocks: list[float], native: list[float], mapped: list[float]) -> bool:
    return min(blocks) >= BLOCKS or min(native) >= BYTES or min(mapped) >= MAPPED


def both(ways: dict[str, Any]) -> bool:
    """Return whether all that could be called grows."""
    counted = [each["grows"] for each in ways.values() if "grows" in each]
    return bool(counted) and all(counted)


class Loop:
    """A plugin that calls the one test in a loop instead of once."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.found: dict[str, Any] = {}
        self.errors: list[str] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.errors.append(str(report.longrepr))

    def pytest_runtest_protocol(self, item: Any) -> bool:
        from _pytest.runner import runtestprotocol

        def whole() -> None:
            if hasattr(item, "_initrequest"):
                item._initrequest()
            for report in runtestprotocol(item, nextitem=None, log=False):
                self.pytest_runtest_logreport(report)
            item._report_sections.clear()  # what it printed

        self.found["whole"] = stretches(whole, self.seconds / 2)
        if hasattr(item, "_initrequest"):
            item._initrequest()
        item.ihook.pytest_runtest_setup(item=item)
        try:
            self.found["body"] = stretches(item.runtest, self.seconds / 2)
        except Exception as error:  # it cannot be called twice with the same fixtures: the whole call counts
            self.found["body"] = {"problem": f"{type(error).__name__}: {error}"}
        item.ihook.pytest_runtest_teardown(item=item, nextitem=None)
        return True


def main() -> int:
    import pytest

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("test")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("rest", nargs="*", help="more arguments of pytest")
    arguments = parser.parse_args()
    loop = Loop(arguments.seconds)
    pytest.main([arguments.test, "-q", "-p", "no:cacheprovider", *arguments.rest], plugins=[loop])
    outcome: dict[str, Any] = {**loop.found, "grows": both(loop.found)}
    if loop.errors:
        outcome["problem"] = loop.errors[0][-300:]
    print("\n" + json.dumps(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
