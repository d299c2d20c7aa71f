"""What a person sees first at a terminal: stacks by scenarios, and in detail what is not clean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.reports import columns, matrix, routes, terminal
from find_mem_leaks.reports.amounts import MEBIBYTE
from find_mem_leaks.reports.columns import SIGNS
from find_mem_leaks.reports.growing import what_grows
from find_mem_leaks.reports.matrix import Item, Matrix, Panel, Row
from find_mem_leaks.reports.terminal import STYLES
from find_mem_leaks.results import Cell

# As wide as a page of text and a README show without a scroll bar.
WIDTH = 100
# Characters that a line of a scenario's name takes in the head, and of a stack's where the whole is too wide.
HEAD, FOLDED = 10, 24
# Columns of routes and tests that a page has no room for, and those that are figures.
LEFT_OUT = ("Verdict", routes.ANSWERED, "Held by")
FIGURES = ("Peak MB", "Requests/s", "Calls/s")
# Tests of a file from which on those that do not leak are counted, and not shown.
MANY = 20
# Columns in which everything has room.
UNBOUND = 10_000
LEGEND = "B/op beside ❌: growth; beside ✅, 🔒: growth above it is ruled out. --table: a row for every cell."


@dataclass(frozen=True)
class _Line:
    """A line of a matrix: its label, and the cell of each scenario that there is."""

    label: str
    cells: tuple[Cell | None, ...]


def render(cells: Sequence[Cell], to: Console) -> None:
    """Print a matrix per SQLAlchemy series, the details of what is not simply clean, and the summary."""
    if not cells:
        to.print("nothing was measured")
        return
    for panel in matrix.panels(matrix.items(cells)):
        if panel.routes:
            to.print(_routes(panel))
            to.print()
        for part in panel.matrices:
            for table in _tables([*_lines_of(part)], (_title(panel), *part.scenarios), to):
                to.print(table)
                to.print()
    for cell in cells:
        if columns.reasons([cell]):
            to.print(_detail(cell))
    to.print(Text(LEGEND, style="dim"))
    if alone := routes.of_one(cells):
        to.print(Text(alone, style="dim"))
    to.print(Text(columns.summary(cells), style="bold"))


def show(cells: Sequence[Cell], *, every: bool) -> None:
    """Print that to standard output, without blanks at the ends of lines where it is not a terminal; or, of ``every``
    cell, its row with all figures."""
    to = terminal.console(WIDTH)
    if every:
        terminal.render(cells, terminal.console())
    elif to.is_terminal:
        render(cells, to)
    else:
        with to.capture() as captured:
            render(cells, to)
        print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _title(panel: Panel) -> str:
    """The panel's versions, a line each; a SQLAlchemy series is named by them, what has none by its title."""
    named = any(version.startswith(panel.title) for version in panel.versions)
    return ",\n".join([*([] if named else [panel.title]), *panel.versions])


def _lines_of(part: Matrix) -> Iterator[_Line]:
    for row in part.rows:
        yield from _by_versions(row)


def _by_versions(row: Row) -> Iterator[_Line]:
    """The lines of a stack: one for each set of versions in which it was measured."""
    every = [item for place in row.items for item in place]
    sets = list({tuple(item.versions.items()): item for item in every}.items())
    for versions, first in sets:
        differing = ", ".join(first.differs_from(every))
        label = f"{row.stack} ({differing})" if len(sets) > 1 else row.stack
        yield _Line(label, tuple(_of(versions, place) for place in row.items))


def _of(versions: tuple[tuple[str, str], ...], place: Sequence[Item]) -> Cell | None:
    return next((item.cell for item in place if tuple(item.versions.items()) == versions), None)


def _tables(lines: Sequence[_Line], head: Sequence[str], to: Console) -> list[Table]:
    """The matrix, its title and scenarios in the head: with figures, else with signs alone, names whole or folded; in
    two parts where none of these fits."""
    table = Table()
    for figures in (True, False):
        for folded in (False, True):
            table = _table(lines, head, figures=figures, folded=folded)
            if to.measure(table, options=to.options.update(max_width=UNBOUND)).maximum <= to.width:
                return [table]
    title, *scenarios = head
    half = (len(scenarios) + 1) // 2
    if half == len(scenarios):
        return [table]
    parts = (slice(None, half), slice(half, None))
    halves = [([_Line(line.label, line.cells[part]) for line in lines], scenarios[part]) for part in parts]
    return [table for some, names in halves for table in _tables(some, (title, *names), to)]


def _table(lines: Sequence[_Line], head: Sequence[str], *, figures: bool, folded: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, header_style="bold", pad_edge=False)
    title, *scenarios = head
    for name in (title, *(fold(scenario, HEAD) for scenario in scenarios)):
        table.add_column(Text(name), no_wrap=True, overflow="fold", vertical="bottom")
    for line in lines:
        label = fold(line.label, FOLDED) if folded else line.label
        table.add_row(Text(label), *(_place(cell, figures=figures) for cell in line.cells))
    return table


def fold(name: str, width: int) -> str:
    """The name in lines of so many characters, broken after underscores and spaces alone."""
    lines = [""]
    for part in re.split(r"(?<=[_ ])", name):
        if lines[-1] and len(lines[-1]) + len(part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)


def _routes(panel: Panel) -> Table:
    """The routes of an application, or the tests of a file, a line each: there are more of them than a page is wide.
    What holds what leaks is told below."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, header_style="bold", pad_edge=False)
    _, *names = routes.header(panel.routes[0].cell)
    for name in (_title(panel), *(name for name in names if name not in LEFT_OUT)):
        table.add_column(Text(name), justify="right" if name in FIGURES else "left", overflow="fold", vertical="bottom")
    shown, counted = _shown(panel)
    for row in routes.rows(shown):
        verdict = _place(row.item.cell, figures=True)
        route = "\n".join(filter(None, (row.route, routes.others(row.item.cell))))
        table.add_row(Text(route), verdict, row.peak, row.pace, Text(row.line))
    for verdict_, number in counted.items():
        table.add_row(f"{number} {'others' if shown else 'tests'}", Text(f"{SIGNS[verdict_]}", STYLES[verdict_]))
    return table


def _shown(panel: Panel) -> tuple[list[Item], Counter[Verdict]]:
    """Return what has a line of its own, and how many others there are by their verdicts: of many tests those that do
    not leak."""
    if not panel.routes[0].cell.test or len(panel.routes) < MANY:
        return list(panel.routes), Counter()
    counted = {*ACQUITTED, Verdict.SKIPPED}
    shown = [item for item in panel.routes if item.cell.verdict not in counted]
    return shown, Counter(item.cell.verdict for item in panel.routes if item.cell.verdict in counted)


def _place(cell: Cell | None, *, figures: bool) -> Text:
    if cell is None:
        return Text()
    return Text(f"{SIGNS[cell.verdict]} {columns.size(cell) if figures else ''}".rstrip(), STYLES[cell.verdict])


def _detail(cell: Cell) -> Table:
    """All about a cell: why, its figures, and the places where it leaks."""
    [remark] = columns.reasons([cell])
    sign = SIGNS[cell.verdict]
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_row(Text(sign), Text(remark.removeprefix(f"{sign} ")))
    of_workers = routes.workers(cell)
    for block in (
        Text(_figures(cell), STYLES[cell.verdict]),
        *([Text(of_workers)] if of_workers else []),
        *_places(cell),
    ):
        table.add_row("", block)
    return table


def _figures(cell: Cell) -> str:
    """The cell's row of the table, in words."""
    peak = columns.peak_of(cell)
    parts = [
        " ".join(filter(None, (what_grows(cell), _growth(cell), columns.sparkline(cell)))) if cell.rounds else "",
        f"{columns.operations(cell)} operations",
        f"{cell.waited_seconds:.1f} s",
        f"peak {peak / MEBIBYTE:.1f} MB" if peak else "",
    ]
    return f"{cell.verdict}: {', '.join(filter(None, parts))}"


def _growth(cell: Cell) -> str:
    """Growth per operation with its interval, of memory or, where that does not leak, of what does; else empty."""
    if not (growth := columns.rate(cell)):
        return ""
    rate, unit, low, high = growth
    return f"{rate} {'B/op' if unit == columns.BYTES else 'per operation'} ({low} to {high})"


def _places(cell: Cell) -> Iterator[RenderableType]:
    for culprit in columns.culprits(cell):
        place = Table.grid(padding=(0, 1, 0, 0))
        place.add_row("at", Text(f"{columns.place(culprit)}: {columns.amount(culprit)}"))
        yield place
    if missing := columns.unexplained(cell):
        yield Text(missing)
