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
    writer.writerows(_row(cell) for cell in cells)
    return text.getvalue().rstrip("\n")


def _row(cell: Cell) -> list[object]:
    """Return the fields of the cell that the columns are called after, and those that are made of others."""
    low, high = cell.interval or (None, None)
    made: dict[str, object] = {
        "verdict": cell.verdict.value,
        "interval_low": low,
        "interval_high": high,
        "smallest_visible_bytes_per_operation": smallest_visible(cell),
        "convicted_by": ", ".join(
            BY_KEY[key].name if key in BY_KEY else key.replace("_", " ") for key in cell.convicted_by
        ),
        "what_grows": what_grows(cell),
        "peak_bytes": peak_of(cell),
    }
    return [made[name] if name in made else getattr(cell, name) for name in COLUMNS]
