"""A made-up history of many commits, and how long its site takes to publish and to open.

``python scripts/long_history.py [COMMITS] [--keep DIR]``: every stack of the suite in all SQLAlchemy series, at every
commit. The record of each cell is one that is kept for the tests, of 130 kB, with another verdict now and then; at
commits before the last 40, which the page does not go back to, it is a short one. Prints how long ``asv publish`` took,
and how long Chromium took to show the page: on the clock, and in seconds of processor time, which a busy machine does
not change.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import load

from find_mem_leaks import results
from find_mem_leaks.history import classes
from find_mem_leaks.history.suite import SCENARIOS, Suite
from find_mem_leaks.subjects import catalogue

ROOT = Path(__file__).resolve().parents[1]
SERIES = ("1.4", "2.0", "2.1")
COMMITS = 200
MEASURED = Suite.regular
FIRST = 1_735_689_600
DAY = 86_400
# One cell in so many leaks at a commit.
RARE = 40
RECORD = ROOT / "tests" / "recorded" / "series" / "leak_sqlite_rows_in_memory.idle.json.xz"
# So many commits have a record of full size, and what a short one has not.
FULL = 40
LARGE = ("rounds", "tests", "growth", "rules")
CLEAN = {"verdict": "clean", "bytes_per_operation": 0.0, "interval": [-0.5, 0.5], "culprits": [], "truth": None}
LEAKING = {"verdict": "leaking", "bytes_per_operation": 100.0, "interval": [95.0, 105.0]}
Record = dict[str, Any]


def stacks() -> list[catalogue.Stack]:
    """The stacks that the suite has classes for of itself."""
    return [stack for stack in catalogue.stacks().values() if stack.is_usual]


def template() -> Record:
    """The record of a clean cell."""
    [record] = results.to_json(results.read(RECORD))["cells"]
    return {**record, "mix": [0.25] * 4, "file": None, **CLEAN}


def write(folder: Path, count: int, record: Record, measured: Sequence[catalogue.Stack]) -> None:
    """A repository with so many commits, and what asv and the suite would have kept of each."""
    folder.mkdir(parents=True, exist_ok=True)
    configuration = json.loads((ROOT / "asv.conf.json").read_text(encoding="utf-8"))
    plugins = [".find_mem_leaks.history.site"]
    (folder / "asv.conf.json").write_text(json.dumps({**configuration, "plugins": plugins}), encoding="utf-8")
    results = folder / ".asv" / "results"
    _write(results / "benchmarks.json", {**dict(_benchmarks(measured)), "version": 2})
    _write(results / "here" / "machine.json", {"machine": "here", "version": 1})
    chance = random.Random(0)
    short = {name: value for name, value in record.items() if name not in LARGE}
    for number, commit in enumerate(_commits(folder, count)):
        kept = record if number >= count - FULL else short
        for series in SERIES:
            _measure(folder / ".asv", _head(commit, FIRST + DAY * number, series), kept, measured, chance)


def _commits(folder: Path, count: int) -> list[str]:
    stream = "".join(
        f"commit refs/heads/main\ncommitter nobody <nobody@nowhere.invalid> {FIRST + DAY * number} +0000\n"
        f"data 1\n.\nM 100644 inline number.txt\ndata {len(str(number))}\n{number}\n"
        for number in range(count)
    )
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "fast-import", "--quiet", given=stream)
    return _git(folder, "rev-list", "--reverse", "main").split()


def _git(folder: Path, *words: str, given: str = "") -> str:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    called = ["git", *words]
    done = subprocess.run(called, cwd=folder, env=environment, input=given, capture_output=True, text=True, check=True)
    return done.stdout


def _figures() -> list[str]:
    return [name for name in dir(Suite) if name.startswith(("track_", "peakmem_"))]


def _benchmarks(measured: Sequence[catalogue.Stack]) -> Iterator[tuple[str, Any]]:
    """Yield asv's list of benchmarks."""
    for stack in measured:
        for figure in _figures():
            function = getattr(Suite, figure)
            name = f"{classes.module(stack)}.{classes.name(stack)}.{figure}"
            benchmark = {
                "code": f"def {figure}(): ...",
                "name": name,
                "param_names": ["scenario"],
                "params": [[repr(scenario) for scenario in SCENARIOS]],
                "timeout": 600,
                "type": "track" if figure.startswith("track_") else "peakmemory",
                "unit": getattr(function, "unit", "bytes"),
                "version": function.version,
            }
            yield name, benchmark


def _measure(
    folder: Path, head: Record, record: Record, measured: Sequence[catalogue.Stack], chance: random.Random
) -> None:
    """Write asv's results of a commit in a series, whose head is given, and the records behind them."""
    series, commit, environment = head["env_vars"]["SQLALCHEMY"], head["commit_hash"], head["env_name"]
    rows: dict[str, Any] = {}
    for stack in measured:
        scenarios = MEASURED[:1] if stack.is_served else MEASURED
        cells = {name: _cell(record, stack.name, name, series, chance) for name in scenarios}
        benchmark = f"{classes.module(stack)}.{classes.name(stack)}"
        document = {"schema_version": 2, "benchmark": benchmark, "failed": {}, "cells": list(cells.values())}
        _write(folder / "leaks" / commit / environment / f"{stack.name}.json", document)
        for figure in _figures():
            values = [_value(figure, cells.get(name), chance) for name in SCENARIOS]
            version = getattr(Suite, figure).version
            rows[f"{benchmark}.{figure}"] = [values, [[repr(name) for name in SCENARIOS]], version]
    _write(folder / "results" / "here" / f"{commit[:8]}-{environment}.json", {**head, "results": rows})


def _head(commit: str, when: int, series: str) -> Record:
    """Return what asv's results file says beside the results."""
    return {
        "commit_hash": commit,
        "env_name": f"virtualenv-py3.11-SQLALCHEMY{series}",
        "date": when * 1000,
        "params": {"machine": "here", "python": "3.11"},
        "python": "3.11",
        "requirements": {},
        "env_vars": {"SQLALCHEMY": series},
        "result_columns": ["result", "params", "version"],
        "durations": {},
        "version": 2,
    }


def _cell(record: Record, stack: str, scenario: str, series: str, chance: random.Random) -> Record:
    leaks = chance.randrange(RARE) == 0
    verdict = LEAKING if leaks else {}
    return {**record, "stack": stack, "scenario": scenario, "sqlalchemy": f"{series}.1", **verdict}


def _value(figure: str, cell: Record | None, chance: random.Random) -> float:
    if cell is None:
        return float("nan")
    if figure in {"track_leaked", "track_blocks"}:
        return 100.0 if cell["verdict"] == "leaking" else 0.0
    return 1 + chance.random() / 10


def _write(path: Path, document: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


def publish(folder: Path) -> None:
    """Make the site, in ``.asv/html``; its output if that fails."""
    environment = {**os.environ, "HOME": str(folder), "PYTHONPATH": str(ROOT / "src")}
    called = [sys.executable, "-m", "asv", "publish"]
    done = subprocess.run(called, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def opening(html: Path) -> tuple[float, float]:
    """Seconds on the clock until Chromium shows the page of leaks, and of its processor time."""
    from playwright.sync_api import sync_playwright

    handler = partial(SimpleHTTPRequestHandler, directory=str(html))
    handler.func.log_message = lambda *_: None  # type: ignore[attr-defined]
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        began = time.monotonic()
        page.goto(f"http://127.0.0.1:{server.server_port}/", timeout=0)
        page.get_by_role("heading", level=1, name="Leaks").wait_for(timeout=0)
        took = time.monotonic() - began
        metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        browser.close()
        server.shutdown()
    return took, metrics["TaskDuration"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commits", nargs="?", type=int, default=COMMITS)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the history there, and keep it")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary) / "history"
        write(folder, arguments.commits, template(), stacks())
        began, before = time.monotonic(), load.processor()
        publish(folder)
        took, used = time.monotonic() - began, load.processor() - before
        html = folder / ".asv" / "html"
        size = (html / "leaks.html").stat().st_size / (1 << 20)
        print(f"{arguments.commits} commits: published in {took:.1f} s, {used:.1f} s of processor time")
        took, used = opening(html)
        print(f"leaks.html of {size:.1f} MB: shown in {took:.1f} s, {used:.2f} s of the page's processor time")


if __name__ == "__main__":
    main()
