"""Why a cell has its verdict: each of its tests, with its figure and its threshold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from find_mem_leaks.reports import hands_off, what_if
from find_mem_leaks.reports.account import Entry, Row, account
from find_mem_leaks.reports.columns import SIGNS
from find_mem_leaks.reports.parts import NAMES, parts, summed
from find_mem_leaks.reports.rare import rare
from find_mem_leaks.reports.terminal import STYLES
from find_mem_leaks.results import Cell

# Sentences are not read well over more columns than these.
WIDTH = 100
INDENT = 3
# Columns of an entry: result, readings, figure, threshold.
RESULT, READINGS, FIGURE, THRESHOLD = 6, 16, 12, 14
GAP = 2
# Column of a share.
SHARE = 7
DECIDES = "▶"
LEGEND = f"{DECIDES} why a cell is undecided. Each test, and where its threshold comes from: docs/how-it-measures.md"


def render(cells: Sequence[Cell], to: Console) -> None:
    """Print the tests of each cell, those that its verdict was made of first."""
    if not cells:
        to.print("nothing was measured")
    for cell in cells:
        for block in _blocks(cell):
            to.print(block)
        if cell.trials:
            to.print()
            what_if.render([cell], to)
        to.print()
    if any(cell.tests for cell in cells):
        to.print(Text(LEGEND, style="dim"))


def _blocks(cell: Cell) -> Iterator[RenderableType]:
    name = f"{SIGNS[cell.verdict]} {cell.stack} {cell.scenario}: "
    yield Text.assemble(name, (str(cell.verdict), STYLES[cell.verdict]))
    yield _indented(Text(f"{'interrupted: ' * cell.interrupted}{cell.reason}"))
    if cell.allocator:
        yield _indented(Text(f"Allocators: {cell.allocator}", style="dim"))
    if sentence := rare(cell):
        yield _indented(Text(sentence))
    parts = account(cell.verdict, cell.tests)
    if not parts:
        yield _indented(Text(without_tests(cell)))
    for part in parts:
        yield Text()
        yield _indented(Text(part.heading, style="bold"))
        for row in part.rows:
            for block in _row(row, has_readings=part.has_readings):
                yield _indented(block)
    yield Text()
    for block in _growth(cell):
        yield _indented(block)


def without_tests(cell: Cell) -> str:
    """Return why a cell has no tests to show."""
    if not cell.growth:
        return "No test was put to it: too little was measured."
    what = "its tests are another version's" if cell.tests else "its record was written before tests were kept"
    return f"No test can be shown, since {what}. `find-mem-leaks judge FILE -o NEW` judges it again."


def _growth(cell: Cell) -> Iterator[RenderableType]:
    """The growth of memory hands-off in parts, without those that read as zero; or why there is none."""
    if cell.deployed is None:
        yield Text(f"No hands-off part: {hands_off.without(cell)}.")
        return
    account = cell.deployed.full_account
    over = f"{cell.deployed.operations:,} operations hands-off"
    yield Text(f"Growth of memory over {over}: {summed(account).megabytes} MB", "bold")
    table = Table.grid(padding=(0, GAP, 0, 0))
    table.add_column(width=max(map(len, NAMES.values())))
    for width in (FIGURE, SHARE):
        table.add_column(justify="right", width=width)
    for part in parts(account):
        if not part.is_nothing:
            table.add_row(Text(part.name), Text(f"{part.megabytes} MB"), Text(part.percent))
    yield table


def _indented(what: RenderableType) -> Padding:
    return Padding(what, (0, 0, 0, INDENT))


def _row(row: Row, *, has_readings: bool) -> Iterator[RenderableType]:
    """The test with its results beside it and, where it decides, all about it below."""
    columns = [RESULT, *([READINGS] if has_readings else []), FIGURE, THRESHOLD]
    entries = _grid(*columns)
    for entry in row.entries:
        entries.add_row(*_entry(entry, row, has_readings=has_readings))
    table = _grid(1, None, sum(columns) + GAP * len(columns))
    table.add_row(DECIDES if row.decides else "", Text(row.statement.asks, "bold" if row.decides else ""), entries)
    yield table
    if row.decides:
        yield Padding(Text("\n".join(row.explained), "dim"), (0, 0, 0, 1 + GAP))


def _grid(*widths: int | None) -> Table:
    """A table without lines; a column without a width takes what is left."""
    table = Table.grid(padding=(0, GAP, 0, 0), expand=True)
    for width in widths:
        table.add_column(width=width, ratio=None if width else 1)
    return table


def _entry(entry: Entry, row: Row, *, has_readings: bool) -> list[Text]:
    style = "green" if entry.passed else "bold red" if row.decides else ""
    figures = [Text(entry.figure, justify="right"), Text(entry.threshold)]
    return [Text(entry.result, style), *([Text(entry.readings)] if has_readings else []), *figures]
