"""What a test that leaks fails with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.known import Leak
from find_mem_leaks.reports import columns
from find_mem_leaks.reports.growing import what_grows
from find_mem_leaks.results import Cell


def message(cell: Cell, new: Sequence[Leak]) -> str:
    """The verdict, the growth with its interval, the lines and what holds what they allocate.

    Args:
        cell: the cell.
        new: those of its leaks that are not known; none where no file lists any.
    """
    return "\n".join(_lines(cell, new))


def _lines(cell: Cell, new: Sequence[Leak]) -> Iterator[str]:
    yield f"{cell.stack}::{cell.scenario} is {cell.verdict}: {cell.reason or cell.skipped or cell.error}"
    if cell.verdict is not Verdict.LEAKING:
        return
    operations, seconds = columns.operations(cell), f"{cell.waited_seconds:.1f} s"
    yield f"{what_grows(cell)}: {', '.join(filter(None, (_growth(cell), f'{operations} calls', seconds)))}"
    for culprit in columns.culprits(cell):
        yield f"  at {columns.place(culprit)}: {columns.amount(culprit)}"
    if missing := columns.unexplained(cell):
        yield f"  {missing}"
    if new:
        yield f"  new: {'; '.join(map(str, new))}"


def _growth(cell: Cell) -> str:
    """Growth per call with its interval; empty where it is not known."""
    if not (growth := columns.rate(cell)):
        return ""
    rate, unit, low, high = growth
    return f"{rate} {unit} per call ({low} to {high})"
