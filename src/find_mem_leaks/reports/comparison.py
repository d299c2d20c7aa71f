"""Two results side by side: what each of them has ruled out, and what surely changed from one to the other.

Two runs of the same code differ by chance. A leak is new, or fixed, only if the run on the other side rules it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from rich.console import Console
from rich.table import Table
from rich.text import Text

from find_mem_leaks.judging.verdict import ACQUITTED, UNMEASURED, Verdict
from find_mem_leaks.reports.columns import SIGNS, counted, significant
from find_mem_leaks.reports.terminal import STYLES
from find_mem_leaks.results import Cell

LEGEND = (
    "Ruled out: growth in B/op that the run excludes, above (>) or below (<) these. "
    "A leak is new, or fixed, only if the other side rules it out."
)
# Bytes per operation of the least bound that two decimals can show.
LEAST = 0.01
NEW, FIXED, UNDECIDED = "new leak", "fixed", "leaks; not ruled out before"
STYLES_OF_CHANGES = {NEW: "bold red", FIXED: "green", UNDECIDED: "yellow", "": ""}


def rules_out(seen: Cell, leaking: Cell) -> bool:
    """Return whether what one run saw excludes the leak that another one found.

    A bounded cell excludes growth without end; a clean one what lies above its intervals, by which one reading at least
    of those that convict must surely be more than that. A leak that no reading has a figure of is excluded by the
    verdict. Nothing is excluded by a run that is inconclusive.
    """
    if seen.verdict is not Verdict.CLEAN:
        return seen.verdict in ACQUITTED
    return leaking.grows_hands_off or any(
        key in seen.growth and leaking.growth[key].low > seen.growth[key].high
        for key in leaking.convicted_by
        if key in leaking.growth
    )


@dataclass(frozen=True)
class Pair:
    """One cell before and after; None where a side does not have it."""

    stack: str
    scenario: str
    before: Cell | None
    after: Cell | None

    @property
    def is_new_leak(self) -> bool:
        """Leaking after, and ruled out before or never measured there."""
        if not _leaks(self.after):
            return False
        return not _was_measured(self.before) or rules_out(self.before, self.after)

    @property
    def is_undecided(self) -> bool:
        """Leaking after, and neither leaking nor ruled out before: it may have leaked there as well."""
        return _leaks(self.after) and not _leaks(self.before) and not self.is_new_leak

    @property
    def is_fixed(self) -> bool:
        """Leaking before, and ruled out after."""
        return _leaks(self.before) and _was_measured(self.after) and rules_out(self.after, self.before)

    @property
    def change(self) -> str:
        """In a word or two; empty where nothing that matters changed."""
        if self.is_new_leak:
            return NEW
        if self.is_undecided:
            return UNDECIDED
        return FIXED if self.is_fixed else ""


def _leaks(cell: Cell | None) -> TypeGuard[Cell]:
    return cell is not None and cell.verdict is Verdict.LEAKING and not cell.reads_as_its_truth


def _was_measured(cell: Cell | None) -> TypeGuard[Cell]:
    return cell is not None and cell.verdict not in UNMEASURED


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
                "undecided": pair.is_undecided,
            }
            for pair in pairs
        ]
    }


def _side(cell: Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    names = ("stack", "sqlalchemy", "python", "verdict", "bytes_per_operation", "interval", "operations")
    ruled_out = {key: {"below": growth.low, "above": growth.high} for key, growth in cell.growth.items()}
    return {**{name: getattr(cell, name) for name in names}, "ruled_out": ruled_out}


def render(pairs: Sequence[Pair], to: Console) -> None:
    """Print the table and a summary."""
    side = ("B/op", "Ruled out")
    table = Table("Stack", "Scenario", "Before", *side, "After", *side, "Change", header_style="bold")
    for pair in pairs:
        change = Text(pair.change, STYLES_OF_CHANGES[pair.change])
        table.add_row(Text(pair.stack), Text(pair.scenario), *_columns(pair.before), *_columns(pair.after), change)
    to.print(table)
    to.print(LEGEND)
    to.print(summary(pairs))


def summary(pairs: Sequence[Pair]) -> str:
    """Return how many cells there are and how many of them changed, in a line."""
    new, fixed = sum(pair.is_new_leak for pair in pairs), sum(pair.is_fixed for pair in pairs)
    undecided = sum(pair.is_undecided for pair in pairs)
    text = f"{counted(len(pairs), 'cell')}: {counted(new, 'new leak')}, {fixed} fixed"
    return f"{text}, {undecided} leaking that was not ruled out before" if undecided else text


def ruled_out(cell: Cell) -> str:
    """Return the growth in B/op that a run excludes: above its interval, and below it if it leaks."""
    if cell.interval is None:
        return "–"
    low, high = map(significant, cell.interval)
    if cell.verdict is Verdict.LEAKING:
        return f"< {low}, > {high}"
    return f"> {significant(max(cell.interval[1], LEAST))}"


def _columns(cell: Cell | None) -> tuple[Text, Text, Text]:
    if cell is None:
        return Text("–"), Text("–"), Text("–")
    rate = "–" if cell.bytes_per_operation is None else significant(cell.bytes_per_operation)
    verdict = Text(f"{SIGNS[cell.verdict]} {cell.verdict}", STYLES[cell.verdict])
    return verdict, Text(rate), Text(ruled_out(cell))
