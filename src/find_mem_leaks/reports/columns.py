"""What every report says of a cell: its columns, and how figures are written."""

from __future__ import annotations

from collections.abc import Sequence

from find_mem_leaks.results import Cell
from find_mem_leaks.verdict import Verdict

SIGNS = {
    Verdict.CLEAN: "✅",
    Verdict.BOUNDED: "🔒",
    Verdict.LEAKING: "❌",
    Verdict.INCONCLUSIVE: "❓",
    Verdict.FAILED: "💥",
}
MEBIBYTE = 1024 * 1024

HEADER = (
    "Stack",
    "Scenario",
    "Verdict",
    "B/op",
    "Interval",
    "Sees from",
    "Operations",
    "Seconds",
    "Peak MB",
)
LEGEND = (
    "B/op: growth of memory per operation after the warm-up, with its confidence interval. "
    "Sees from: the smallest growth in B/op that this run could have told from none."
)


def significant(value: float) -> str:
    """Three significant digits, no exponent: 24.1, 0.0123; never minus zero."""
    rounded = float(f"{value:.3g}")
    decimals = 0 if abs(rounded) >= 100 else 1 if abs(rounded) >= 10 else 2
    text = f"{rounded:,.{decimals}f}"
    return text.removeprefix("-") if not float(text.replace(",", "")) else text


def smallest_visible(cell: Cell) -> float | None:
    """Bytes per operation: the interval's upper half, which is what growth must exceed to differ from none."""
    if cell.interval is None or cell.bytes_per_operation is None:
        return None
    return cell.interval[1] - cell.bytes_per_operation


def header(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The columns' names; the Python version is among them only where there is more than one."""
    stack, *others = HEADER
    return (stack, "Python", *others) if _several_pythons(cells) else HEADER


def rows(cells: Sequence[Cell]) -> list[tuple[str, ...]]:
    """The cells' figures under ``header``."""
    if not _several_pythons(cells):
        return [_row(cell) for cell in cells]
    return [(cell.stack, cell.python, *_row(cell)[1:]) for cell in cells]


def _several_pythons(cells: Sequence[Cell]) -> bool:
    return len({cell.python for cell in cells}) > 1


def _row(cell: Cell) -> tuple[str, ...]:
    """The cell's figures under ``HEADER``; a dash where there is none."""
    visible = smallest_visible(cell)
    interval = cell.interval and f"{significant(cell.interval[0])} to {significant(cell.interval[1])}"
    peak = max((round_.peak for round_ in cell.rounds), default=0)
    return (
        cell.stack,
        cell.scenario,
        f"{SIGNS[cell.verdict]} {cell.verdict}",
        "–" if cell.bytes_per_operation is None else significant(cell.bytes_per_operation),
        interval or "–",
        "–" if visible is None else significant(visible),
        f"{cell.operations:,}" if cell.operations else "–",
        f"{cell.wall_seconds:.1f}",
        f"{peak / MEBIBYTE:.1f}" if peak else "–",
    )


def remarks(cells: Sequence[Cell]) -> list[str]:
    """A line for each cell whose verdict is not simply clean: which one, and why."""
    return [
        f"{SIGNS[cell.verdict]} {cell.stack} {cell.scenario}: {'interrupted: ' * cell.interrupted}{cell.reason}"
        for cell in cells
        if cell.verdict is not Verdict.CLEAN or cell.interrupted
    ]


def summary(cells: Sequence[Cell]) -> str:
    """How many cells there are of each verdict, and the limit that they were judged by."""
    counts = {verdict: sum(cell.verdict is verdict for cell in cells) for verdict in Verdict}
    parts = [f"{count} {verdict}" for verdict, count in counts.items() if count]
    limits = sorted({cell.limit_bytes_per_operation for cell in cells})
    limit = " and ".join(f"{limit:g}" for limit in limits)
    return f"{len(cells)} cells: {', '.join(parts)}. Limit: {limit} B/op."
