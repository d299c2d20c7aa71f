"""The same table as the terminal's, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from find_mem_leaks.culprit import Culprit
from find_mem_leaks.reports import routes
from find_mem_leaks.reports.columns import (
    LEGEND,
    SIGNS,
    culprits,
    header,
    per_operation,
    place,
    reasons,
    rows,
    summary,
)
from find_mem_leaks.reports.matrix import is_row, items, kinds
from find_mem_leaks.results import Cell

FORMAT = "markdown"


def escape(text: str) -> str:
    """Text that Markdown and the HTML in it show as it is."""
    for character, replacement in (("\\", "\\\\"), ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "\\|")):
        text = text.replace(character, replacement)
    return text.replace("_", "\\_").replace("*", "\\*").replace("`", "\\`")


def line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def section(
    name: str, cells: Sequence[Cell], header: Sequence[str], rows_of: Callable[[Cell], Iterable[Iterable[str]]]
) -> list[str]:
    """The lines of a table with a heading, its stacks kept apart by a rule."""
    rule = line(["---"] * len(header))
    lines = [f"### {name}", "", line(header)]
    for _, members in groupby(cells, key=lambda cell: cell.stack):
        lines += [rule, *(line(_cell(text) for text in row) for cell in members for row in rows_of(cell))]
    return lines


def _cell(text: str) -> str:
    """Text of a table that is read as it stands too: nothing in it ends a cell or is HTML."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def render(cells: Sequence[Cell]) -> str:
    notes = [f"- {escape(remark)}" for remark in reasons(cells)]
    tables = [text for heading, members in kinds(cells) for text in (*_table(members, heading), "")]
    return "\n".join(
        [*_culprits(cells), *tables, *notes, *([""] if notes else []), summary(cells), "", LEGEND, *_of_one(cells)]
    )


def _of_one(cells: Sequence[Cell]) -> list[str]:
    text = routes.of_one(cells)
    return ["", text] if text else []


def _table(cells: Sequence[Cell], heading: str) -> list[str]:
    names, figures = header(cells), rows(cells)
    if is_row(cells[0]):
        names, figures = routes.header(cells[0]), [row.figures for row in routes.rows(items(cells))]
    body = [line(map(escape, row)) for row in figures]
    return [*([f"### {heading}", ""] if heading else []), line(names), line(["---"] * len(names)), *body]


def _culprits(cells: Sequence[Cell]) -> list[str]:
    """Return where the leaking cells leak, a short list with an empty line after it; nothing where there are none."""
    lines = [
        f"- {escape(f'{SIGNS[cell.verdict]} {cell.stack} {cell.scenario}: {_culprit(culprit)}')}"
        for cell in cells
        for culprit in culprits(cell)
    ]
    return [*lines, ""] if lines else []


def _culprit(culprit: Culprit) -> str:
    holder = f", held by {culprit.holder}" if culprit.holder else ""
    return f"{per_operation(culprit.bytes)} B/op at {place(culprit)}{holder}"
