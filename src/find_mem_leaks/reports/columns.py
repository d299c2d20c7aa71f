"""What every report says of a cell: its columns, and how figures are written."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path

from find_mem_leaks.culprit import Culprit
from find_mem_leaks.judging.readings import LARGE
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.reports.amounts import MEBIBYTE, MEGABYTE
from find_mem_leaks.reports.growing import growth_of_things, what_grows
from find_mem_leaks.results import Cell

# The unit of memory.
BYTES = "B"
SIGNS = {
    Verdict.CLEAN: "✅",
    Verdict.BOUNDED: "🔒",
    Verdict.LEAKING: "❌",
    Verdict.INCONCLUSIVE: "❓",
    Verdict.FAILED: "💥",
    Verdict.SKIPPED: "➖",
}
# Of pages: signs that every font has. A browser without coloured pictures shows those above as boxes.
PLAIN_SIGNS = {
    Verdict.CLEAN: "✔",
    Verdict.BOUNDED: "≤",
    Verdict.LEAKING: "✘",
    Verdict.INCONCLUSIVE: "?",
    Verdict.FAILED: "!",
    Verdict.SKIPPED: "–",
}
PACKAGE_ROOT = re.compile(
    r"/(?:(?:lib(?:64)?/python3\.\d+/)?(?:site|dist)-packages|lib(?:64)?/python3\.\d+|find_mem_leaks)/"
)
BARS = "▁▂▃▄▅▆▇█"
MOST_BARS = 10
MOST_CULPRITS = 3

HEADER = (
    "Stack",
    "Python",
    "Scenario",
    "Verdict",
    "What grows",
    "B/op",
    "Interval",
    "Growth",
    "Detectable from",
    "Operations",
    "Seconds",
    "Peak MB",
)
LEGEND = (
    "B/op: growth of memory per operation after the warm-up, with its confidence interval. "
    "Growth: live bytes, round by round. "
    "Detectable from: the smallest growth in B/op that this run could have detected. "
    "Peak MB: the largest resident memory of the process hands-off, as it is deployed."
)


def significant(value: float) -> str:
    """Three significant digits, no exponent: 24.1, 0.0123; never minus zero."""
    rounded = float(f"{value:.3g}")
    decimals = 0 if abs(rounded) >= 100 else 1 if abs(rounded) >= 10 else 2
    text = f"{rounded:,.{decimals}f}"
    return text.removeprefix("-") if not float(text.replace(",", "")) else text


def per_operation(value: float) -> str:
    """Return a figure: whole from 100 on, below as ``significant`` does, but never 0 for a small one."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2g}" if 0 < abs(value) < 0.1 else significant(value)


def rate(cell: Cell) -> tuple[str, str, str, str] | None:
    """The growth per operation, its unit and both ends of its interval: of memory or, where that does not leak, of what
    does; None where it is not known."""
    if things := growth_of_things(cell):
        growth, unit = things
        return per_operation(growth.rate), unit, per_operation(growth.low), per_operation(growth.high)
    if cell.bytes_per_operation is None or cell.interval is None:
        return None
    low, high = map(significant, cell.interval)
    return significant(cell.bytes_per_operation), BYTES, low, high


def growth_of(cell: Cell, memory: str = " B/op") -> str:
    """The growth per operation: of memory, in bytes and with its unit, or of what leaks where memory does not, as in
    ``0.01 threads``; empty where too little was seen."""
    if things := growth_of_things(cell):
        growth, unit = things
        return f"{per_operation(growth.rate)} {unit}"
    return "" if cell.bytes_per_operation is None else f"{significant(cell.bytes_per_operation)}{memory}"


def size(cell: Cell) -> str:
    """Growth of a leaking cell, the growth that is ruled out in a clean or bounded one, in B/op; else empty."""
    if cell.verdict is Verdict.LEAKING:
        return growth_of(cell, memory="")
    return f"<{ruled_out}" if (ruled_out := _ruled_out(cell)) else ""


def in_words(cell: Cell, memory: str = " B/op") -> str:
    """The verdict and the size: ``leaking, 100 B/op``, ``clean, under 0.57 B/op``."""
    ruled_out = _ruled_out(cell)
    growth = f"under {ruled_out}{memory}" if ruled_out else growth_of(cell, memory)
    return f"{cell.verdict}, {growth}" if growth else str(cell.verdict)


def _ruled_out(cell: Cell) -> str:
    """More than this is ruled out in a clean or bounded cell; empty of others."""
    is_known = cell.verdict in ACQUITTED and cell.interval
    return significant(max(is_known[1], 0.01)) if is_known else ""


def smallest_visible(cell: Cell) -> float | None:
    """Bytes per operation: the interval's upper half, which is what growth must exceed to differ from none."""
    if cell.interval is None or cell.bytes_per_operation is None:
        return None
    return cell.interval[1] - cell.bytes_per_operation


def sparkline(cell: Cell) -> str:
    """Live bytes after the warm-up as bars, the lowest reading of each round; of many rounds, of each few.

    The full height is their range, but not less than growth at the limit, nor than what may be gained before a cell is
    called bounded: else noise that is far too small to matter would look like mountains.
    """
    readings = _lowest([round_.live_bytes for round_ in cell.rounds if not round_.warm_up], MOST_BARS)
    if not readings:
        return "–"
    base = min(readings)
    height = max(max(readings) - base, cell.limit_bytes_per_operation * cell.operations, LARGE)
    return "".join(BARS[int((reading - base) / height * (len(BARS) - 1) + 0.5)] for reading in readings)


def _lowest(readings: Sequence[int], most: int) -> list[int]:
    """The lowest reading of each of at most so many groups of neighbours, as equal as can be."""
    groups = min(most, len(readings))
    edges = [place * len(readings) // groups for place in range(groups + 1)] if groups else []
    return [min(readings[begin:end]) for begin, end in pairwise(edges)]


def header(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The columns' names; the Python version is among them only where there is more than one, and what grows only where
    something does."""
    hidden = {
        "Python": len({cell.python for cell in cells}) < 2,
        "What grows": not any(what_grows(cell) for cell in cells),
    }
    return tuple(name for name in HEADER if not hidden.get(name))


def rows(cells: Sequence[Cell]) -> list[tuple[str, ...]]:
    """The cells' figures under ``header``."""
    names = header(cells)
    return [tuple(figures[name] for name in names) for figures in map(by_name, cells)]


def by_name(cell: Cell) -> dict[str, str]:
    """The cell's figures by the names of ``HEADER``; a dash where there is none."""
    visible, peak = smallest_visible(cell), peak_of(cell)
    interval = cell.interval and f"{significant(cell.interval[0])} to {significant(cell.interval[1])}"
    figures = (
        cell.stack,
        cell.python,
        cell.scenario,
        f"{SIGNS[cell.verdict]} {cell.verdict}",
        what_grows(cell) or "–",
        "–" if cell.bytes_per_operation is None else significant(cell.bytes_per_operation),
        interval or "–",
        sparkline(cell),
        "–" if visible is None else significant(visible),
        operations(cell),
        f"{cell.waited_seconds:.1f}",
        f"{peak / MEBIBYTE:.1f}" if peak else "–",
    )
    return dict(zip(HEADER, figures, strict=True))


def operations(cell: Cell) -> str:
    """Operations after the warm-up; of rounds of a size that was asked for, how many of which size, warm-up and all."""
    sizes = {round_.operations for round_ in cell.rounds}
    if cell.protocol == "fixed" and len(sizes) == 1:
        return f"{len(cell.rounds)} × {sizes.pop():,}"
    return f"{cell.operations:,}" if cell.operations else "–"


def peak_of(cell: Cell) -> int | None:
    """Bytes of the largest resident memory: of the hands-off part, which has it as it is deployed, else of the measured
    process; None where neither was read."""
    return cell.deployed.peak if cell.deployed else max((round_.peak for round_ in cell.rounds), default=None)


def remarks(cells: Sequence[Cell]) -> list[str]:
    """Return what is to be said of each cell that is not simply clean, and below it where it leaks."""
    return [line for cell in cells for line in (*reasons([cell]), *_places(cell))]


def reasons(cells: Sequence[Cell]) -> list[str]:
    """A line for each cell whose verdict is not simply clean: which one, and why."""
    return [
        f"{SIGNS[cell.verdict]} {cell.stack} {cell.scenario}: "
        f"{'interrupted: ' * cell.interrupted}{cell.reason}{_remark(cell)}{_truth(cell)}"
        for cell in cells
        if cell.verdict is not Verdict.CLEAN
        or cell.interrupted
        or cell.unread
        or (cell.truth and not cell.reads_as_its_truth)
    ]


def culprits(cell: Cell) -> list[Culprit]:
    """Return where a leaking cell leaks, the likeliest first, but not more than people read."""
    return list(cell.culprits[:MOST_CULPRITS]) if cell.verdict is Verdict.LEAKING else []


def place(culprit: Culprit) -> str:
    """Return where it is, as in ``file.py:12 in function``; the line is left out where it is not known."""
    frame = culprit.frame
    line = f":{frame.line}" if frame.line else ""
    return f"{shown(frame.file)}{line} in {frame.function}"


def shown(file: str) -> str:
    """A file's path as people know it: from its package on, or from here on if it lies here."""
    package = PACKAGE_ROOT.split(file)[-1]
    if package != file:
        return package
    here = f"{Path.cwd()}/"
    return file.removeprefix(here)


def amount(culprit: Culprit) -> str:
    """Return how much of what it leaves behind, and what keeps it; how many things, where only these were counted."""
    holder = f", held by {culprit.holder}" if culprit.holder else ""
    allocations, size = per_operation(culprit.allocations), per_operation(culprit.bytes)
    if not culprit.bytes:
        return f"{allocations} {culprit.type or 'allocations'}/op{holder}"
    objects = f" in `{culprit.type}` objects" if culprit.type else ""
    count = f" ({allocations} allocations/op)" if culprit.allocations else ""
    return f"{size} B/op{objects}{count}{holder}"


def unexplained(cell: Cell) -> str | None:
    """Return why a leaking cell is not explained, or not in full; None where it is."""
    if cell.verdict is not Verdict.LEAKING or (cell.culprits and not cell.not_explained):
        return None
    return cell.explained


def _places(cell: Cell) -> list[str]:
    places = [f"   at {place(culprit)}: {amount(culprit)}" for culprit in culprits(cell)]
    missing = unexplained(cell)
    return [*places, f"   {missing}"] if missing else places


def _remark(cell: Cell) -> str:
    """Return the remark of a cell that may grow, for the end of its line; empty for other cells."""
    return f"; {cell.remark}" if cell.remark and cell.verdict in {Verdict.LEAKING, Verdict.INCONCLUSIVE} else ""


def _truth(cell: Cell) -> str:
    """Say of a control whether its verdict is the expected one; nothing of other cells."""
    if cell.truth is None:
        return ""
    does = "leaks" if cell.truth == Verdict.LEAKING else cell.truth
    return f" ({does}, as expected)" if cell.reads_as_its_truth else f" (wrong: it is known to be {cell.truth})"


def counted(number: int, thing: str) -> str:
    """``1 cell``, ``2 cells``."""
    return f"{number:,} {thing}{'s' * (number != 1)}"


def summary(cells: Sequence[Cell]) -> str:
    """Return how many cells there are of each verdict, and the limit that they were judged by."""
    counts = {verdict: sum(cell.verdict is verdict for cell in cells) for verdict in Verdict}
    parts = [f"{count} {verdict}" for verdict, count in counts.items() if count]
    controls = [cell for cell in cells if cell.truth]
    if controls:
        right = sum(cell.reads_as_its_truth for cell in controls)
        parts[-1] += f" ({right} of {len(controls)} controls as expected)"
    return f"{counted(len(cells), 'cell')}: {', '.join(parts)}. {_limits(cells)}."


def _limits(cells: Sequence[Cell]) -> str:
    """The limits that cells were judged by: those of quick operations, and those that go by the pace."""
    fixed = sorted({cell.rules.limit for cell in cells if not cell.rules.pace})
    texts = [f"{' and '.join(f'{limit:g}' for limit in fixed)} B/op"] if fixed else []
    by_pace: dict[float, set[Rules]] = {}
    for cell in cells:
        if cell.rules.pace:
            by_pace.setdefault(cell.rules.hourly, set()).add(cell.rules)
    return f"Limit: {'; '.join([*texts, *map(_by_pace, by_pace.values())])}"


def _by_pace(rules: Collection[Rules]) -> str:
    """Limits that are so many bytes an hour: the one, or the least and the greatest in bytes per operation."""
    least, greatest = min(rules, key=lambda each: each.pace), max(rules, key=lambda each: each.pace)
    if least.pace == greatest.pace:
        return str(least).removeprefix("limit ")
    ends = f"{least.effective_limit:.3g} to {greatest.effective_limit:.3g} B/op"
    paces = f"{least.pace:.2g} to {greatest.pace:.2g} s"
    return f"{ends}, {least.hourly / MEGABYTE:g} MB an hour where an operation takes {paces}"
