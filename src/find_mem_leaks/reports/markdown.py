"""The same table as the terminal's, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from find_mem_leaks.reports.columns import LEGEND, header, remarks, rows, summary
from find_mem_leaks.results import Cell


def escape(text: str) -> str:
    """Text that Markdown and the HTML in it show as it is."""
    for character, replacement in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "\\|")):
        text = text.replace(character, replacement)
    return text.replace("_", "\\_").replace("*", "\\*").replace("`", "\\`")


def line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def render(cells: Sequence[Cell]) -> str:
    body = [line(map(escape, row)) for row in rows(cells)]
    names = header(cells)
    notes = [f"- {escape(remark)}" for remark in remarks(cells)]
    table = [line(names), line(["---"] * len(names)), *body]
    return "\n".join([*table, "", *notes, *([""] if notes else []), summary(cells), "", LEGEND])
