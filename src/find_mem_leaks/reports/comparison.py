"""Two results side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports.columns import SIGNS, counted, significant
from find_mem_leaks.reports.terminal import STYLES
from find_mem_leaks.results import Cell


@dataclass(frozen=True)
class Pair:
    """One cell before and after; None where a side does not have it."""

    stack: str
    scenario: str
    before: Cell | None
    after: Cell | None

    @property
    def is_new_leak(self) -> bool:
        """Leaking after, and not before."""
        leaked = self.before is not None and self.before.verdict is Verdict.LEAKING
        return self.after is not None and self.after.verdict is Verdict.LEAKING and not leaked

    @property
    def is_fixed(self) -> bool:
        """Leaking before, and seen not to leak after."""
        fixed = self.after is not None and self.after.verdict in {Verdict.CLEAN, Verdict.BOUNDED}
        return fixed and self.before is not None and self.before.verdict is Verdict.LEAKING

    @property
    def change(self) -> str:
        """In a word or two; empty where nothing that matters changed."""
        if self.is_new_leak:
            return "new leak"
        return "fixed" if self.is_fixed else ""


def to_json(pairs: Sequence[Pair]) -> dict[str, Any]:
    return {
        "pairs": [
            {
                "stack": pair.stack,
                "scenario": pair.scenario,
                "before": _side(pair.before),
                "after": _side(pair.after),
                "new_leak": pair.is_new_leak,
                "fixed": pair.is_fixed,
            }
            for pair in pairs
        ]
    }


def _side(cell: Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    names = ("stack", "sqlalchemy", "python", "verdict", "bytes_per_operation", "interval", "operations")
    return {name: getattr(cell, name) for name in names}


def render(pairs: Sequence[Pair], to: Console) -> None:
    """Print the table and a summary."""
    table = Table("Stack", "Scenario", "Before", "B/op", "After", "B/op", "Change", header_style="bold")
    for pair in pairs:
        style = "bold red" if pair.is_new_leak else "green"
        change = Text(pair.change, style)
        table.add_row(Text(pair.stack), pair.scenario, *_columns(pair.before), *_columns(pair.after), change)
    to.print(table)
    new, fixed = sum(pair.is_new_leak for pair in pairs), sum(pair.is_fixed for pair in pairs)
    to.print(f"{counted(len(pairs), 'cell')}: {counted(new, 'new leak')}, {fixed} fixed")


def _columns(cell: Cell | None) -> tuple[Text, Text]:
    if cell is None:
        return Text("–"), Text("–")
    rate = "–" if cell.bytes_per_operation is None else significant(cell.bytes_per_operation)
    return Text(f"{SIGNS[cell.verdict]} {cell.verdict}", STYLES[cell.verdict]), Text(rate)
