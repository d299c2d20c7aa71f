"""Compare what `--what-if` says with plain processes that do the same; write docs/what-if.md.

``python scripts/what_if.py [-o FILE] [--command COMMAND]`` measures workloads that keep memory in different ways with
``run --what-if``, then each change in two plain processes whose resident memory the kernel tells. The table goes to
FILE as Markdown. Exit code 1 if a growth is further off than a tenth or 2 MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pages
import tool

from find_mem_leaks.judging.trials import Trial
from find_mem_leaks.leading.what_if import Change, changes

MB = 1_000_000
TOLERANCE = 0.1
LEAST = 2 * MB
WORKLOADS = {
    "garbage that its thresholds never collect": """\
import gc


def setup():
    gc.set_threshold(1_000_000_000)


def operation(i):
    cycle = [bytearray(200)]
    cycle.append(cycle)
""",
    "a peak that is freed but for a few pieces": """\
few, rest = [], []


def setup():
    pass


def operation(i):
    if i % 4_000 < 2_000:
        rest.append(bytearray(30_000))
    elif rest:
        few.extend(rest[::100])
        del few[:-200]
        rest.clear()
""",
    "buffers of sixteen threads": """\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(16)
last = {}


def setup():
    pass


def fill(number):
    blocks = [bytearray(4_000) for _ in range(500)]
    last[number] = blocks[-1]


def operation(i):
    list(pool.map(fill, range(16)))
""",
    "objects of Python's that are kept": """\
kept = []


def setup():
    pass


def operation(i):
    kept.append((i, str(i)))
""",
}
PLAIN = """\
import ctypes, gc, json, os, sys
sys.path.insert(0, sys.argv[1])
change = json.loads(sys.argv[2])
import work
def rss():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
defaults = gc.get_threshold()
work.setup()
if change["restores"]:
    gc.set_threshold(*defaults)
trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
before = rss()
for i in range(change["operations"]):
    work.operation(i)
    if change["every"] and (i + 1) % change["every"] == 0:
        gc.collect() if change["between"] == "collect" else trim(0)
print(rss() - before)
"""


HEAD = """\
# How right `--what-if` is

Made by `{command}`. Workloads that keep memory in different ways are run with `--what-if`; then, for each
change, two plain processes without this tool do as many operations, and the kernel tells how much their resident memory
grew. {right} of {lines} lines are within a tenth, or 2 MB, of one of the two or between them: what an allocator keeps
may differ from run to run, as of jemalloc, which gives pages back after some seconds.

| workload | change | operations | growth, MB | in plain processes, MB | right |
| --- | --- | ---: | ---: | ---: | --- |
"""


@dataclass(frozen=True)
class Line:
    """One change of one workload: ``growth`` by this tool, ``plain`` twice without it, in bytes of resident memory."""

    change: str
    operations: int
    growth: int
    plain: tuple[int, int]

    @property
    def is_right(self) -> bool:
        low, high = sorted(self.plain)
        return low - max(LEAST, TOLERANCE * low) <= self.growth <= high + max(LEAST, TOLERANCE * high)


def by_itself(folder: Path, change: Change, operations: int) -> int:
    """Bytes that a plain process's resident memory grows by under the change."""
    trial = {"operations": operations, "every": change.every, "between": change.between, "restores": change.restores}
    command = [sys.executable, "-c", PLAIN, str(folder), json.dumps(trial)]
    environment: Mapping[str, str] = {**os.environ, **change.settings}
    return int(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def main() -> int:
    arguments = pages.parser(__doc__).parse_args()
    compared = {name: compare(workload) for name, workload in WORKLOADS.items()}
    pages.write(page(compared, arguments.command), arguments.output)
    return 0 if all(line.is_right for lines in compared.values() for line in lines) else 1


def compare(workload: str) -> list[Line]:
    """Try all changes that can be tried here on one workload, by this tool and without it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "work.py").write_text(workload, encoding="utf-8")
        [cell] = tool.run(str(folder / "work.py"), "--what-if", "-q", "--no-explain", "-j", "1")
        by_key = {change.key: change for change in changes(cell.trials[0].operations)}
        return [
            Line(trial.name, trial.operations, trial.growth, in_plain_processes(folder, by_key[trial.change], trial))
            for trial in cell.trials
            if not trial.error and trial.change in by_key
        ]


def in_plain_processes(folder: Path, change: Change, trial: Trial) -> tuple[int, int]:
    """Return the growth of two plain processes that do what a trial did."""
    return by_itself(folder, change, trial.operations), by_itself(folder, change, trial.operations)


def page(compared: Mapping[str, Sequence[Line]], command: str) -> str:
    """Return the page, a table for all workloads."""
    rows = [
        [
            name,
            line.change,
            f"{line.operations:,}",
            f"{line.growth / MB:.1f}",
            ", ".join(f"{plain / MB:.1f}" for plain in line.plain),
            "yes" if line.is_right else "**no**",
        ]
        for name, lines in compared.items()
        for line in lines
    ]
    all_lines = [line for lines in compared.values() for line in lines]
    right = sum(line.is_right for line in all_lines)
    return HEAD.format(command=command, right=right, lines=len(all_lines)) + pages.rows(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
