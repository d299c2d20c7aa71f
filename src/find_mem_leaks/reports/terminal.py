"""A table for a person at a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports.columns import LEGEND, header, remarks, rows, summary
from find_mem_leaks.reports.matrix import kinds
from find_mem_leaks.results import Cell

STYLES = {
    Verdict.CLEAN: "green",
    Verdict.BOUNDED: "cyan",
    Verdict.LEAKING: "bold red",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.FAILED: "bold magenta",
    Verdict.SKIPPED: "dim",
}
LEFT = ("Stack", "Python", "Scenario", "Verdict", "What grows", "Growth")
# Where output is no terminal nothing must be folded or cut.
FILE_WIDTH = 240


def console(widest: int | None = None) -> Console:
    """Standard output; where it is not a terminal, as wide as need be. Text to be read is ``widest`` at most."""
    screen = Console(highlight=False)
    width = screen.width if screen.is_terminal else FILE_WIDTH
    if screen.is_terminal and (widest is None or width <= widest):
        return screen
    return Console(highlight=False, width=min(width, widest or width))


def render(cells: Sequence[Cell], to: Console) -> None:
    """Print the table, the remarks on all that is not clean, and the summary."""
    if not cells:
        to.print("nothing was measured")
        return
    for heading, members in kinds(cells):
        to.print(_table(members, heading))
    for line in remarks(cells):
        to.print(Text(line), soft_wrap=True)
    to.print(Text(LEGEND, style="dim"), soft_wrap=True)
    to.print(Text(summary(cells), style="bold"))


def table(names: Sequence[str], left: Collection[str], title: str = "") -> Table:
    """Return a table without rows, whose columns are figures but for those that are called ``left``."""
    columns = Table(header_style="bold", title=Text(title, "table.title") if title else None, title_justify="left")
    for name in names:
        columns.add_column(name, justify="left" if name in left else "right", overflow="fold")
    return columns


def texts(row: Iterable[str], verdict: int, style: str) -> Iterator[Text]:
    """Yield a row as it is, whatever brackets are in it, with the verdict in its style."""
    for place, text in enumerate(row):
        yield Text(text, style if place == verdict else "")


def _table(cells: Sequence[Cell], heading: str) -> Table:
    names = header(cells)
    filled = table(names, LEFT, heading)
    previous = cells[0].stack
    for cell, figures in zip(cells, rows(cells), strict=True):
        if cell.stack != previous:
            filled.add_section()
        previous = cell.stack
        filled.add_row(*texts(figures, names.index("Verdict"), STYLES[cell.verdict]))
    return filled
