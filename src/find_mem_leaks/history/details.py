"""A cell of the page of leaks in detail: its reason, figures, curve and graphs, where it leaks, what its memory is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from ..reports.account import Part, Row, account
from ..reports.parts import parts, summed
from .changes import cause, steps
from .panels import SIGNS, Cell, Panel, Record, figure

# The figures of the suite by their names there, and what links to their graphs say.
FIGURES = {
    "track_leaked": "growth",
    "track_blocks": "blocks",
    "track_limit": "limit",
    "track_rss_growth": "resident memory",
    "track_seconds": "seconds",
    "peakmem_process": "peak",
}
MEBIBYTE = 1 << 20
# Culprits and frames that a cell's detail shows, and the size of its curve.
CULPRITS, FRAMES = 5, 8
WIDTH, HEIGHT = 320, 60


def detail(panel: Panel, cell: Cell) -> str:
    """The cell's article, hidden until the cell is opened."""
    links = " · ".join(
        f'<a href="{escape(panel.graph(cell, name))}">{escape(words)}</a>' for name, words in FIGURES.items()
    )
    control = f" (a control, known to be {escape(cell.truth)})" if cell.truth else ""
    return (
        f'<article class="detail" data-cell="{escape(panel.address(cell))}" tabindex="-1" hidden>'
        f"<h3>{escape(cell.stack)} {escape(cell.scenario)}</h3>"
        f'<p><span class="badge {cell.verdict}">{SIGNS[cell.verdict]} {cell.verdict}</span> '
        f"{escape(str(cell.record.get('reason', '')))}{control}</p>"
        f"{_curve(cell)}<dl>{_facts(cell)}</dl>{_culprits(cell)}{_steps(panel, cell)}{_growth(cell)}{_tests(cell)}"
        f'<p>Graphs: {links}. <a href="{escape(cell.file)}" download>The whole record</a>, '
        "which <code>find-mem-leaks report</code> shows.</p></article>"
    )


def _facts(cell: Cell) -> str:
    record = cell.record
    if not record.get("rounds"):
        return ""
    low, high = (map(figure, record["interval"])) if record["interval"] else ("–", "–")
    deployed = record.get("deployed")
    peak = (deployed["end"]["peak"] if deployed else max(round_["peak"] for round_ in record["rounds"])) / MEBIBYTE
    facts = {
        "B/op": "–" if cell.rate is None else figure(cell.rate),
        "Interval": f"{low} to {high}",
        "Limit": f"{figure(record['limit_bytes_per_operation'])} B/op",
        "Operations": f"{record['operations']:,}",
        "Seconds": f"{record['wall_seconds'] + (record.get('explaining_seconds') or 0):.1f}",
        "Peak": f"{peak:.1f} MB",
        "Allocators": escape(str(record.get("allocator") or "–")),
    }
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts.items())


def _curve(cell: Cell) -> str:
    """Live bytes, round by round, as a line."""
    points = list(_points(cell.record.get("rounds", ())))
    if len(points) < 2:
        return ""
    begin, end = points[0][0], points[-1][0]
    low, high = min(y for _, y in points), max(y for _, y in points)
    scale = max(high - low, 4096)
    line = " ".join(
        f"{WIDTH * (x - begin) / (end - begin):.1f},{HEIGHT - HEIGHT * (y - low) / scale:.1f}" for x, y in points
    )
    words = f"live bytes from {points[0][1] / MEBIBYTE:.2f} to {points[-1][1] / MEBIBYTE:.2f} MB"
    return (
        f'<figure><svg viewBox="0 -3 {WIDTH} {HEIGHT + 6}" role="img" aria-label="{words}"><polyline points="{line}"/>'
        f"</svg><figcaption>{words}, from operation {begin:,} to {end:,}</figcaption></figure>"
    )


def _points(rounds: Iterable[Record]) -> Iterator[tuple[int, int]]:
    operations = 0
    for round_ in rounds:
        operations += round_["operations"]
        if not round_["warm_up"]:
            yield operations, round_["live_bytes"]


def _steps(panel: Panel, cell: Cell) -> str:
    """The steps of the cell over all commits of the panel, the newest first, and what each came with."""
    found = [
        f"<li>{escape(f'{step.after.name}, {step.after.day}: {step.turn}')}<small>{escape(why)}</small></li>"
        for step in steps(panel, cell.key)
        if (why := cause(panel, step))
    ]
    return f'<h4>Steps</h4><ul class="steps">{"".join(reversed(found))}</ul>' if found else ""


def _culprits(cell: Cell) -> str:
    found = cell.record.get("culprits") or ()
    told = cell.record.get("explained")
    words = f"<p>{escape(str(told))}</p>" if told else ""
    if not found:
        return words
    return f"<h4>Where it leaks</h4><ol>{''.join(map(_culprit, found[:CULPRITS]))}</ol>{words}"


def _culprit(culprit: Record) -> str:
    first, *others = culprit["stack"]
    kind = f" of <code>{escape(culprit['type'])}</code>" if culprit["type"] else ""
    holder = f", held by <code>{escape(culprit['holder'])}</code>" if culprit["holder"] else ""
    callers = "".join(f"<li>{_frame(frame)}</li>" for frame in others[: FRAMES - 1])
    stack = f"<details><summary>called from</summary><ul>{callers}</ul></details>" if callers else ""
    sizes = f"{figure(culprit['allocations'])} allocations and {figure(culprit['bytes'])} B per operation"
    return f"<li>{_frame(first)}: {sizes}{kind}{holder}{stack}</li>"


def _frame(frame: Record) -> str:
    place = re.sub(r"^.*/(site-packages|lib/python3\.\d+)/", "", frame["file"])
    return f"<code>{escape(place)}:{int(frame['line'])}</code> in <code>{escape(frame['function'])}</code>"


def _growth(cell: Cell) -> str:
    """The growth hands-off in parts, folded; nothing where the record holds none."""
    deployed = cell.record.get("deployed")
    if not deployed:
        return ""
    account = deployed["account"]
    head = "".join(f'<th scope="col">{name}</th>' for name in ("After the last operation", "MB", "Share"))
    rows = "".join(
        f'<tr><th scope="row">{escape(part.name)}</th><td>{part.megabytes}</td><td>{part.percent}</td></tr>'
        for part in (*parts(account), summed(account))
    )
    operations = f"{deployed['at'][-1]:,} operations hands-off"
    return (
        f'<details class="parts"><summary>Memory over {operations}</summary><div class="scroll">'
        f'<table aria-label="Growth of memory over {operations}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def _tests(cell: Cell) -> str:
    """The tests of the verdict, folded; nothing where the record holds none."""
    parts = account(cell.verdict, cell.record.get("tests") or ())
    if not parts:
        return ""
    return f'<details class="tests"><summary>Tests of the verdict</summary>{"".join(map(_part, parts))}</details>'


def _part(part: Part) -> str:
    names = ("Test", *(["Reading"] if part.has_readings else []), "Result", "Figure", "Must be")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = "".join(_row(row, has_readings=part.has_readings) for row in part.rows)
    heading = escape(part.heading)
    return (
        f'<h4>{heading}</h4><div class="scroll"><table aria-label="{heading}"><thead><tr>{head}</tr></thead>'
        f"{rows}</table></div>"
    )


def _row(row: Row, *, has_readings: bool) -> str:
    why = f"<small>{escape(' '.join(row.explained))}</small>" if row.decides else ""
    asks = f'<th scope="rowgroup" rowspan="{len(row.entries)}">{escape(row.statement.asks)}{why}</th>'
    lines = []
    for number, entry in enumerate(row.entries):
        cells = (*([entry.readings] if has_readings else []), entry.result, entry.figure, entry.threshold)
        unmet = "" if entry.passed else ' class="unmet"'
        figures = "".join(f"<td>{escape(text)}</td>" for text in cells)
        lines.append(f"<tr{unmet}>{'' if number else asks}{figures}</tr>")
    kind = ' class="decides"' if row.decides else ""
    return f"<tbody{kind}>{''.join(lines)}</tbody>"
