"""Comma-separated values, a row per cell, plain numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from find_mem_leaks.judging.probes import BY_KEY
from find_mem_leaks.reports.columns import peak_of, smallest_visible
from find_mem_leaks.reports.growing import what_grows
from find_mem_leaks.results import Cell

FORMAT = "csv"
COLUMNS = (
    "stack",
    "scenario",
    "sqlalchemy",
    "python",
    "verdict",
    "bytes_per_operation",
    "interval_low",
    "interval_high",
    "smallest_visible_bytes_per_operation",
    "limit_bytes_per_operation",
    "convicted_by",
    "what_grows",
    "operations",
    "seconds",
    "peak_bytes",
    "reason",
    "error",
)


def render(cells: Sequence[Cell]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for cell in cells:
        low, high = cell.interval or (None, None)
        writer.writerow(
            [
                cell.stack,
                cell.scenario,
                cell.sqlalchemy,
                cell.python,
                cell.verdict.value,
                cell.bytes_per_operation,
                low,
                high,
                smallest_visible(cell),
                cell.limit_bytes_per_operation,
                ", ".join(BY_KEY[key].name for key in cell.convicted_by),
                what_grows(cell),
                cell.operations,
                cell.seconds,
                peak_of(cell),
                cell.reason,
                cell.error,
            ]
        )
    return text.getvalue().rstrip("\n")
