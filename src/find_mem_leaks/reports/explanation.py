"""Where cells leak, in full: each culprit with the way from the operation to it, and what holds what it allocates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from find_mem_leaks.culprit import Culprit
from find_mem_leaks.reports.columns import SIGNS, amount, place, shown
from find_mem_leaks.results import Cell

FRAMES = 12


def render(cells: Sequence[Cell]) -> str:
    return "\n\n".join("\n".join(_lines(cell)) for cell in cells)


def _lines(cell: Cell) -> Iterator[str]:
    yield f"{SIGNS[cell.verdict]} {cell.stack} {cell.scenario}: {cell.verdict}; {cell.reason}"
    if cell.explained:
        yield cell.explained
    for number, culprit in enumerate(cell.culprits, start=1):
        yield ""
        yield from _culprit(number, culprit)


def _culprit(number: int, culprit: Culprit) -> Iterator[str]:
    yield f"{number}. {place(culprit)}"
    yield f"   {amount(culprit)}"
    for frame in culprit.stack[1:FRAMES]:
        yield f"   called from {frame.function} ({shown(frame.file)}:{frame.line})"
    if len(culprit.stack) > FRAMES:
        yield f"   and {len(culprit.stack) - FRAMES} frames more"
