"""Where the seconds of `nox -s bench` go: processes and seconds by what asv had them for.

``python scripts/bench_cost.py --machine NAME [-o FILE] [--series SERIES]... [ARGUMENT...]``, by a Python that has asv,
measures this commit in each SQLAlchemy series as ``bench`` does, and prints a table of what asv and the tool say that
it took. What asv has not measured is what is left of the seconds on the clock. The table takes the place of the one
between its marks in FILE.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bench
import load
import pages

SERIES = ("1.4", "2.0", "2.1")
RESULTS, RECORDS = Path(".asv/results"), Path(".asv/leaks")
MARKS = "<!-- bench_cost -->", "<!-- end of bench_cost -->"
PEAK = "peakmem_"


@dataclass(frozen=True)
class Cost:
    """What a series took.

    Attributes:
        wall, processor: seconds on the clock, seconds of processor time of all processes.
        cells, peaks, figures: number of processes that asv had for it, and seconds on the clock.
        measured: cells that were measured, and the sum of the seconds that each took.
        load: load of the machine before and after.
    """

    series: str
    wall: float
    processor: float
    cells: tuple[int, float]
    peaks: tuple[int, float]
    figures: tuple[int, float]
    measured: tuple[int, float]
    load: tuple[float, float]

    @property
    def rest(self) -> float:
        """Seconds of asv itself: installing the commit, discovering the suite."""
        return self.wall - self.cells[1] - self.peaks[1] - self.figures[1]


def cost(series: str, machine: str, words: Sequence[str]) -> Cost:
    """Measure a series; SystemExit if asv did not end well."""
    command = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    before, started, processor = os.getloadavg()[0], time.time(), load.processor()
    code = bench.main([series, "--machine", machine, *words])
    wall = time.time() - started
    if code not in (0, 2):
        sys.exit(code)
    file = _newest(RESULTS / machine, f"{commit[:8]}-*SQLALCHEMY{series}*.json")
    document = json.loads(file.read_text(encoding="utf-8"))
    rows = [row for row in _rows(document) if row["started_at"] >= 1000 * started]
    peaks = [row for row in rows if PEAK in row["name"]]
    figures = [row for row in rows if PEAK not in row["name"]]
    keys = {_class(row["name"]) for row in rows}
    return Cost(
        series,
        wall,
        load.processor() - processor,
        (len(keys), sum(document["durations"].values())),
        _summed(peaks),
        _summed(figures),
        _measured(RECORDS / commit, series, started),
        (before, os.getloadavg()[0]),
    )


def _rows(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The benchmarks of asv's results file, each with its columns and how many processes it had."""
    asked = bench.benchmarks()
    for name, values in document["results"].items():
        names = [each for each in asked.get(_class(name), ()) if each.startswith(f"{name}(")]
        yield {"name": name, "processes": len(names), **dict(zip(document["result_columns"], values, strict=False))}


def _class(benchmark: str) -> str:
    return benchmark.rpartition(".")[0]


def _summed(rows: Sequence[dict[str, Any]]) -> tuple[int, float]:
    return sum(row["processes"] for row in rows), sum(row.get("duration") or 0.0 for row in rows)


def _measured(folder: Path, series: str, since: float) -> tuple[int, float]:
    """Cells in the records that were written since, and the seconds that they took, explaining and all."""
    files = [file for file in folder.glob(f"*SQLALCHEMY{series}*/*.json") if file.stat().st_mtime >= since]
    cells = [cell for file in files for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]]
    return len(cells), sum(cell["wall_seconds"] + (cell.get("explaining_seconds") or 0.0) for cell in cells)


def _newest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda file: file.stat().st_mtime)


TITLES = (
    "",
    "measuring the cells, in `setup_cache`",
    "the peaks",
    "the other figures",
    "asv: installing the commit, discovery",
    "**on the clock**",
    "processor time",
    "cells, and the sum of their seconds",
    "load before and after",
)


def column(cost: Cost) -> Iterator[str]:
    """Return what a series took, beside the titles."""
    yield f"SQLAlchemy {cost.series}"
    for number, seconds in (cost.cells, cost.peaks, cost.figures):
        yield f"{seconds:.1f} s, {number} process{'' if number == 1 else 'es'}"
    yield f"{cost.rest:.1f} s"
    yield f"**{cost.wall:.0f} s**"
    yield f"{cost.processor:.0f} s"
    yield f"{cost.measured[0]}, {cost.measured[1]:.0f} s"
    yield f"{cost.load[0]:.1f}, {cost.load[1]:.1f}"


def table(costs: Sequence[Cost]) -> str:
    """Return the costs as a table of Markdown."""
    head, *lines = zip(TITLES, *map(column, costs), strict=True)
    return pages.rows([head, ["---"] * len(head), *lines])


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--machine", required=True, metavar="NAME", help="by which results are kept")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the table into this page")
    parser.add_argument("--series", action="append", metavar="SERIES", help="such as 2.0 (default: all)")
    asked, others = parser.parse_known_args(words)
    costs = []
    for series in asked.series or SERIES:
        costs.append(cost(series, asked.machine, others))
        print(table(costs), flush=True)
    if asked.output:
        pages.write(table(costs), asked.output, MARKS)


if __name__ == "__main__":
    main()
