"""The table that this project grew from: resident memory per round, in MiB; Status is the verdict's sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from find_mem_leaks.reports.amounts import MEBIBYTE
from find_mem_leaks.reports.columns import SIGNS
from find_mem_leaks.reports.markdown import section
from find_mem_leaks.reports.matrix import in_sections
from find_mem_leaks.results import Cell

FORMAT = "seed"
HEADER = ("Stack", "Method", "Status", "Round", "Diff", "Initial", "Final", "Ops", "C", "R", "U", "D")


def render(cells: Sequence[Cell]) -> str:
    """One section per SQLAlchemy series, stacks kept apart by a rule; a cell without rounds has one row of dashes."""
    return "\n\n".join("\n".join(section(name, members, HEADER, _rows)) for name, members in in_sections(cells))


def _rows(cell: Cell) -> Iterator[Sequence[str]]:
    shares = [_number(share) for share in cell.mix] if cell.mix else ["–"] * 4
    start = [cell.stack, cell.scenario, SIGNS[cell.verdict]]
    if not cell.rounds:
        yield [*start, "–", "–", "–", "–", "0", *shares]
    for number, round_ in enumerate(cell.rounds, start=1):
        initial, final = round_.initial_rss / MEBIBYTE, round_.final_rss / MEBIBYTE
        memory = [_number(final - initial), _number(initial), _number(final)]
        yield [*start, str(number), *memory, str(round_.operations), *shares]


def _number(value: float) -> str:
    """Two decimals at the most, one at the least, as the original table writes them."""
    return str(round(value, 2) + 0.0)
