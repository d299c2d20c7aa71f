"""Where the seconds of `nox -s bench` go: processes and seconds by what asv had them for.

``python scripts/bench_cost.py --machine NAME [-o FILE] [--series SERIES]... [ARGUMENT...]``, by a Python that has asv,
measures this commit in all SQLAlchemy series as ``bench`` does, and prints a table of what asv and the tool say that
it took. The series are measured side by side, and the peaks beside the cells: their seconds do not add up to those on
the clock. The table takes the place of the one between its marks in FILE.
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
        cells: number of cells, and the sum of the seconds that each took, explaining and all.
        peaks, figures: number of processes that asv had for it, and seconds on the clock.
        clock: seconds on the clock until all its figures were read.
    """

    series: str
    cells: tuple[int, float]
    peaks: tuple[int, float]
    figures: tuple[int, float]
    clock: float


@dataclass(frozen=True)
class Whole:
    """What all series together took.

    Attributes:
        clock, processor: seconds on the clock, seconds of processor time of all processes.
        cores: of this machine.
        load: load of the machine before and after.
    """

    clock: float
    processor: float
    cores: int
    load: tuple[float, float]


def measure(series: Sequence[str], machine: str, words: Sequence[str]) -> tuple[list[Cost], Whole]:
    """Measure the series; SystemExit if asv did not end well."""
    command = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    before, started, processor = os.getloadavg()[0], time.time(), load.processor()
    code = bench.main([*series, "--machine", machine, *words])
    clock = time.time() - started
    if code not in (0, bench.SOME_FAILED):
        sys.exit(code)
    used = load.processor() - processor
    whole = Whole(clock, used, os.cpu_count() or 1, (before, os.getloadavg()[0]))
    return [cost(each, machine, commit, started) for each in series], whole


def cost(series: str, machine: str, commit: str, started: float) -> Cost:
    """Return what a series has taken since."""
    file = _newest(RESULTS / machine, f"{commit[:8]}-*SQLALCHEMY{series}*.json")
    document = json.loads(file.read_text(encoding="utf-8"))
    rows = [row for row in _rows(document) if row["started_at"] >= 1000 * started]
    peaks = [row for row in rows if PEAK in row["name"]]
    figures = [row for row in rows if PEAK not in row["name"]]
    cells = _measured(RECORDS / commit, series, started)
    return Cost(series, cells, _summed(peaks), _summed(figures), file.stat().st_mtime - started)


def _rows(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The benchmarks of asv's results file, each with its columns and how many processes it had."""
    benchmarks = bench.benchmarks()
    for name, values in document["results"].items():
        names = [each for each in benchmarks.get(_class(name), ()) if each.startswith(f"{name}(")]
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
    "cells, and the sum of their seconds",
    "the peaks",
    "the other figures",
    "**on the clock**, from the beginning on",
    "processor time",
    "share of the cores that it had",
    "load before and after",
)


def column(cost: Cost) -> Iterator[str]:
    """Return what a series took, beside the titles."""
    yield f"SQLAlchemy {cost.series}"
    yield f"{cost.cells[0]}, {cost.cells[1]:.0f} s"
    for number, seconds in (cost.peaks, cost.figures):
        yield f"{seconds:.1f} s, {number} process{'' if number == 1 else 'es'}"
    yield f"{cost.clock:.0f} s"
    yield from [""] * 3


def whole_column(costs: Sequence[Cost], whole: Whole) -> Iterator[str]:
    """Return what all series took, beside the titles."""
    yield "all"
    yield f"{sum(cost.cells[0] for cost in costs)}, {sum(cost.cells[1] for cost in costs):.0f} s"
    for kind in ("peaks", "figures"):
        both = [getattr(cost, kind) for cost in costs]
        yield f"{sum(seconds for _, seconds in both):.1f} s, {sum(number for number, _ in both)} processes"
    yield f"**{whole.clock:.0f} s**"
    yield f"{whole.processor:.0f} s"
    yield f"{100 * whole.processor / whole.clock / whole.cores:.0f} % of {whole.cores}"
    yield f"{whole.load[0]:.1f}, {whole.load[1]:.1f}"


def table(costs: Sequence[Cost], whole: Whole) -> str:
    """Return the costs as a table of Markdown."""
    head, *lines = zip(TITLES, *map(column, costs), whole_column(costs, whole), strict=True)
    return pages.rows([head, ["---"] * len(head), *lines])


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--machine", required=True, metavar="NAME", help="by which results are kept")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the table into this page")
    parser.add_argument("--series", action="append", metavar="SERIES", help="such as 2.0 (default: all)")
    arguments, others = parser.parse_known_args(words)
    pages.write(table(*measure(arguments.series or SERIES, arguments.machine, others)), arguments.output, MARKS)


if __name__ == "__main__":
    main()
