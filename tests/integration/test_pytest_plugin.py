"""The plugin as it is installed: what pytest says of tests that are judged in processes of their own."""

import os
import subprocess
import sys

from find_mem_leaks import results
from find_mem_leaks.judging.verdict import Verdict

SUITE = """
import asyncio
import logging
import warnings

import pytest

KEPT = []


def keep(i):
    KEPT.append([i])


def test_known():
    keep(1)


def test_clean():
    sorted(range(100))


def test_of_operations(leaks, tmp_path):
    file = tmp_path / "a.txt"

    def write():
        logging.warning("writing")
        warnings.warn("writing", stacklevel=1)
        file.write_text("text")

    leaks(write, limit=20)
    kept = []
    with pytest.raises(AssertionError, match="test_suite.py:35 in operation"):
        async def operation():
            kept.append(bytearray(100))

        leaks(operation)


def test_of_an_awaited_operation(leaks):
    async def test():
        lock = asyncio.Lock()

        async def operation():
            async with lock:
                keep(2)

        await leaks(operation)

    asyncio.run(test())
"""
KNOWN = "test_suite.py in keep: memory\n    test_suite.py test_known\n"
PLUGIN = ["-p", "no:find-mem-leaks", "-p", "find_mem_leaks.pytest_plugin"]


def test_tests_and_operations_are_judged_under_xdist_too(tmp_path):
    (tmp_path / "test_suite.py").write_text(SUITE)
    (tmp_path / "known.txt").write_text(KNOWN)
    options = ["-n", "2", "-p", "no:cacheprovider", "--leaks", "--leaks-known", "known.txt"]
    out = subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGIN, *options, "--leaks-report", "results.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
    )
    assert out.returncode == 0, out.stdout + out.stderr
    assert "4 passed" in out.stdout
    assert "known.txt: 1 known leak, 0 of them fixed; 1 new" in out.stdout
    cells = {cell.scenario: cell for cell in results.read(tmp_path / "results.json")}
    assert {name: cell.verdict for name, cell in cells.items()} == {
        "test_known": Verdict.LEAKING,
        "test_clean": Verdict.CLEAN,
        "test_of_operations leaks(write)": Verdict.CLEAN,
        "test_of_operations leaks(operation) 2": Verdict.LEAKING,
        "test_of_an_awaited_operation leaks(operation)": Verdict.LEAKING,
    }
