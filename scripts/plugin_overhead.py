"""Measure how much later pytest starts where the plugin is installed. Takes a number of pairs of runs.

python scripts/plugin_overhead.py PYTHON [PAIRS]: an interpreter that has pytest and this package.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import load

PAIRS = 15
WITHOUT = ["-p", "no:find-mem-leaks"]
TEST = "def test_nothing():\n    pass\n"


def main(python: str, pairs: int = PAIRS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_nothing.py").write_text(TEST)
        took = [(seconds(python, folder, WITHOUT), seconds(python, folder, ())) for _ in range(pairs + 1)]
    for place, what in enumerate(("on the clock", "of the processor")):
        print(line(what, [(without[place], with_[place]) for without, with_ in took[1:]]))  # the first writes bytecode


def seconds(python: str, folder: str, options: Sequence[str]) -> tuple[float, float]:
    """Seconds of a run of pytest on one empty test, on the clock and of the processor."""
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    begin, before = time.perf_counter(), load.processor()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin, load.processor() - before


def line(what: str, pairs: Sequence[tuple[float, float]]) -> str:
    """Return what pairs of seconds, without the plugin and with it, come to."""
    more = 1000 * median(with_ - without for without, with_ in pairs)
    without, with_ = (1000 * median(each) for each in zip(*pairs, strict=True))
    return f"{what}: {without:.0f} ms without the plugin, {with_:.0f} ms with it; in a pair {more:+.1f} ms (median)"


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
