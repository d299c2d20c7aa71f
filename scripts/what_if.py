"""What ``--what-if`` says of each change, against plain processes that do the same operations without this tool.

``python scripts/what_if.py [-o FILE]`` measures a workload that leaves garbage, frees a peak and keeps a part of it,
with ``run --what-if``, then each change once more in a plain process whose resident memory the kernel tells. The table
goes to FILE as Markdown. Exit code 1 if a growth is further off than a tenth or 2 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from find_mem_leaks.leading.what_if import Change, changes

MB = 1_000_000
TOLERANCE = 0.1
LEAST = 2 * MB
WORKLOAD = """\
import gc

few, rest = [], []


def setup():
    gc.set_threshold(1_000_000_000)


def operation(i):
    cycle = [bytearray(200)]
    cycle.append(cycle)
    if i % 20_000 < 10_000:
        rest.append(bytearray(3_000))
    elif rest:
        few.extend(rest[:10])
        del few[100:]
        rest.clear()
"""
PLAIN = """\
import ctypes, gc, json, os, sys
sys.path.insert(0, sys.argv[1])
asked = json.loads(sys.argv[2])
import work
def rss():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
defaults = gc.get_threshold()
work.setup()
if asked["restores"]:
    gc.set_threshold(*defaults)
trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
before = rss()
for i in range(asked["operations"]):
    work.operation(i)
    if asked["every"] and (i + 1) % asked["every"] == 0:
        gc.collect() if asked["between"] == "collect" else trim(0)
print(rss() - before)
"""


def by_this_tool(folder: Path) -> list[dict[str, Any]]:
    """The trials of the workload."""
    out = folder / "results.json"
    command = [sys.executable, "-m", "find_mem_leaks", "run", str(folder / "work.py"), "--what-if", "-q", "--no-table"]
    subprocess.run([*command, "--no-explain", "-o", str(out), "-j", "1"], check=False, stdout=subprocess.DEVNULL)
    [cell] = json.loads(out.read_text(encoding="utf-8"))["cells"]
    trials: list[dict[str, Any]] = cell["trials"]
    return trials


def by_itself(folder: Path, change: Change, operations: int) -> int:
    """Bytes that a plain process's resident memory grows by under the change."""
    asked = {"operations": operations, "every": change.every, "between": change.between, "restores": change.restores}
    command = [sys.executable, "-c", PLAIN, str(folder), json.dumps(asked)]
    environment: Mapping[str, str] = {**os.environ, **change.settings}
    return int(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, help="write the table there instead of printing it")
    arguments = parser.parse_args()
    lines = ["| change | growth, MB | in a plain process, MB | right |", "| --- | ---: | ---: | --- |"]
    is_right = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "work.py").write_text(WORKLOAD, encoding="utf-8")
        trials = by_this_tool(folder)
        known = {change.key: change for change in changes(trials[0]["operations"])}
        for trial in trials:
            if trial["error"] or trial["change"] not in known:
                continue
            plain = by_itself(folder, known[trial["change"]], trial["operations"])
            near = abs(trial["growth"] - plain) <= max(LEAST, TOLERANCE * plain)
            is_right = is_right and near
            figures = f"{trial['growth'] / MB:.1f} | {plain / MB:.1f} | {'yes' if near else '**no**'}"
            lines.append(f"| {trial['name']} | {figures} |")
    text = "\n".join(lines) + "\n"
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
