"""What a clean cell says of events that come rarely, such as once in all of its operations."""

from __future__ import annotations

from math import exp

from find_mem_leaks.judging.growth import FOLD
from find_mem_leaks.judging.readings import LARGE
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports.amounts import MEGABYTE
from find_mem_leaks.results import Cell

KILOBYTE = 1_000
# The chance that what comes once in n operations, at no certain one, comes at least once in n.
CHANCE = 1 - exp(-1)


def rare(cell: Cell) -> str:
    """Return what would have been seen of such events, and with what chance; empty of a cell that is not clean.

    One that keeps less is no jump by the tests of the verdict, and makes no cell bounded.
    """
    if cell.verdict is not Verdict.CLEAN:
        return ""
    size = max(LARGE, cell.limit_bytes_per_operation * cell.operations / FOLD)
    return (
        f"An event that keeps {_size(size)}, once in {cell.operations:,} operations, would have been seen with "
        f"{CHANCE:.0%}; a rarer or a smaller one less likely."
    )


def _size(size: float) -> str:
    return f"{size / KILOBYTE:,.0f} kB" if size < MEGABYTE else f"{size / MEGABYTE:,.1f} MB"
