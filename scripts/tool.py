"""Calls of this tool, and the cells of the results files that they write."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from find_mem_leaks import errors, results
from find_mem_leaks.results import Cell

# How a run may end that has measured something.
ENDS = (errors.CLEAN, errors.LEAK, errors.FAILED, errors.INCONCLUSIVE)


def command(*words: str, python: str = sys.executable) -> list[str]:
    """Return a call of the tool that is installed with an interpreter."""
    return [python, "-m", "find_mem_leaks", *words]


def call(*words: str, python: str = sys.executable, ends: Collection[int] = ENDS) -> str:
    """Call the tool, and return what it printed; SystemExit if it ended otherwise than it may."""
    ended = subprocess.run(command(*words, python=python), stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode not in ends:
        raise SystemExit(f"find-mem-leaks {shlex.join(words)} ended with exit code {ended.returncode}")
    return ended.stdout


def run(
    *words: str, output: Path | None = None, python: str = sys.executable, ends: Collection[int] = ENDS
) -> list[Cell]:
    """Measure, and return the cells; the results file is a throw-away one, or one that is kept."""
    with tempfile.TemporaryDirectory() as folder:
        file = output or Path(folder) / "results.json"
        call("run", *words, "--no-table", "-o", str(file), python=python, ends=ends)
        return results.read(file)


def tell(text: str) -> None:
    """Add to the summary of the workflow's job that this is run by, where there is one."""
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(f"{text}\n")
