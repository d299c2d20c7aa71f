"""The page of leaks as HTML: a matrix of verdicts per environment, what changed, and each cell in detail.

Written with the standard library alone: the site is published where nothing but airspeed velocity is installed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

Record = Mapping[str, Any]

# Unlike the table's, signs that every font has: a browser without coloured pictures shows those as boxes.
SIGNS = {"clean": "✔", "bounded": "≤", "leaking": "✘", "inconclusive": "?", "failed": "!"}
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
# A leak has changed when its rate has by this factor.
CHANGED = 1.2
# Culprits and frames that a cell's detail shows, and the size of its curve.
CULPRITS, FRAMES = 5, 8
WIDTH, HEIGHT = 320, 60


@dataclass(frozen=True)
class Cell:
    """One stack under one scenario at one commit in one environment.

    stack: its name without the series; benchmark: the class that measured it; record: as the results file has it, or
    the keys verdict and reason alone where the tool itself failed; file: the whole record, beside the page.
    """

    stack: str
    scenario: str
    benchmark: str
    record: Record
    file: str

    @property
    def key(self) -> tuple[str, str]:
        return self.stack, self.scenario

    @property
    def verdict(self) -> str:
        return str(self.record["verdict"])

    @property
    def rate(self) -> float | None:
        """Growth in bytes per operation."""
        return self.record.get("bytes_per_operation")

    @property
    def truth(self) -> str | None:
        """Of a control, the verdict that is known to be true."""
        return self.record.get("truth")

    @property
    def is_right(self) -> bool:
        """Whether it is a control that reads as its truth."""
        return self.truth == self.verdict or (self.truth == "clean" and self.verdict == "bounded")


@dataclass(frozen=True)
class Commit:
    """What was measured of one commit in one environment; name: its tag, or the first digits of its hash."""

    hash: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Panel:
    """One environment: its newest measured commit, the one before, if any; chosen: what selects its graphs."""

    name: str
    newest: Commit
    previous: Commit | None
    chosen: Mapping[str, str]

    @property
    def title(self) -> str:
        """The SQLAlchemy series and the Python, where the records tell them."""
        told = [cell.record for cell in self.newest.cells if cell.record.get("sqlalchemy")]
        if not told:
            return self.name
        series = ".".join(told[0]["sqlalchemy"].split(".")[:2])
        return f"SQLAlchemy {series}, Python {told[0]['python']}"


def render(panels: Sequence[Panel]) -> str:
    """The inside of the page. Every text of a record is escaped."""
    if not panels:
        return "<h1>Leaks</h1><p>No record was kept of the commits on this site: measure them with the suite.</p>"
    return f'<h1>Leaks</h1><p class="lead">{_summary(panels)}</p>' + "".join(map(_panel, panels))


def _summary(panels: Sequence[Panel]) -> str:
    cells = [cell for panel in panels for cell in panel.newest.cells]
    counts = Counter(cell.verdict for cell in cells)
    counted = ", ".join(f"{SIGNS[verdict]} {counts[verdict]} {verdict}" for verdict in SIGNS if counts[verdict])
    controls = [cell for cell in cells if cell.truth]
    right = sum(cell.is_right for cell in controls)
    of_controls = f" {right} of {len(controls)} controls read as they should." if controls else ""
    commits = sorted({panel.newest.name for panel in panels})
    return f"{len(cells)} cells at {escape(', '.join(commits))}: {counted}.{of_controls}"


def _panel(panel: Panel) -> str:
    groups: dict[tuple[str, ...], list[str]] = {}
    by_control = sorted(panel.newest.cells, key=lambda cell: cell.truth is not None)
    for stack in dict.fromkeys(cell.stack for cell in by_control):
        own = tuple(cell.scenario for cell in panel.newest.cells if cell.stack == stack and not cell.record.get("mix"))
        groups.setdefault(own, []).append(stack)
    matrices = (_matrix(panel, stacks) for _, stacks in sorted(groups.items(), key=lambda group: group[0] != ()))
    details = "".join(_detail(panel, cell) for cell in panel.newest.cells)
    commit = f"<p>Commit <code>{escape(panel.newest.name)}</code>, {_versions(panel)}</p>"
    return f"<section><h2>{escape(panel.title)}</h2>{commit}{_changes(panel)}{''.join(matrices)}{details}</section>"


def _versions(panel: Panel) -> str:
    packages: Record = next((cell.record["packages"] for cell in panel.newest.cells if cell.record.get("packages")), {})
    return escape(", ".join(f"{name} {version}" for name, version in packages.items() if version))


def _changes(panel: Panel) -> str:
    if panel.previous is None:
        return '<p class="changes">Nothing was measured before.</p>'
    found = list(_changed(panel.previous, panel.newest))
    since = f"since <code>{escape(panel.previous.name)}</code>"
    if not found:
        return f'<p class="changes">Nothing changed {since}.</p>'
    lines = "".join(f"<li>{line}</li>" for line in found)
    return f'<div class="changes"><h3>Changed {since}</h3><ul>{lines}</ul></div>'


def _changed(before: Commit, after: Commit) -> Iterator[str]:
    """What is unlike in the cells that both have, in words."""
    known = {cell.key: cell for cell in before.cells}
    for cell in after.cells:
        old = known.get(cell.key)
        if old is not None and _is_unlike(old, cell):
            name = escape(f"{cell.stack} {cell.scenario}")
            told = f"{SIGNS[old.verdict]} {_said(old)} → {SIGNS[cell.verdict]} {_said(cell)}"
            yield f"{name}: {escape(told)}"


def _is_unlike(old: Cell, new: Cell) -> bool:
    if {old.verdict, new.verdict} <= {"clean", "bounded"}:
        return False
    if old.verdict != new.verdict or new.verdict != "leaking":
        return old.verdict != new.verdict
    rates = sorted(max(cell.rate or 0.0, 1e-9) for cell in (old, new))
    return rates[1] > CHANGED * rates[0]


def _said(cell: Cell) -> str:
    return f"{cell.verdict}, {_size(cell)}" if _size(cell) else cell.verdict


def _size(cell: Cell) -> str:
    """How much a leaking cell grows, how much growth was ruled out in the others; empty where nothing is known."""
    interval = cell.record.get("interval")
    if cell.verdict == "leaking" and cell.rate is not None:
        return f"{figure(cell.rate)} B/op"
    return f"under {figure(interval[1])} B/op" if interval else ""


def figure(value: float) -> str:
    """Three significant digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _matrix(panel: Panel, stacks: Sequence[str]) -> str:
    cells = {cell.key: cell for cell in panel.newest.cells}
    scenarios = list(dict.fromkeys(scenario for stack, scenario in cells if stack in stacks))
    head = "".join(f'<th scope="col">{_breakable(name)}</th>' for name in scenarios)
    rows = (
        f'<tr><th scope="row">{_row_name(panel, stack)}</th>'
        + "".join(_square(panel, cells.get((stack, name))) for name in scenarios)
        + "</tr>"
        for stack in stacks
    )
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">Stack</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row_name(panel: Panel, stack: str) -> str:
    """The stack, as a link to its graph."""
    cell = next(cell for cell in panel.newest.cells if cell.stack == stack)
    control = "<small>a control</small>" if cell.truth else ""
    return f'<a href="{escape(_graph(panel, cell, "track_leaked", every=True))}">{_breakable(stack)}</a>{control}'


def _breakable(text: str) -> str:
    """Text that may be broken after an underscore."""
    return escape(text).replace("_", "_<wbr>")


def _square(panel: Panel, cell: Cell | None) -> str:
    if cell is None:
        return '<td><span class="none" title="not measured">–</span></td>'
    wrong = " wrong" if cell.truth and not cell.is_right else ""
    words = escape(f"{cell.stack} {cell.scenario}: {_said(cell)}")
    return (
        f'<td><a class="cell {cell.verdict}{wrong}" href="#/leaks?{urlencode({"cell": _address(panel, cell)})}" '
        f'aria-label="{words}"><b>{SIGNS[cell.verdict]} {cell.verdict}</b><small>{escape(_size(cell)) or "–"}</small>'
        "</a></td>"
    )


def _address(panel: Panel, cell: Cell) -> str:
    """What names a cell in an address."""
    return re.sub(r"[^\w.-]+", "-", f"{panel.name}.{cell.stack}.{cell.scenario}", flags=re.ASCII)


def _graph(panel: Panel, cell: Cell, name: str, *, every: bool = False) -> str:
    """The address of a figure's graph: of the cell, or of every scenario of its stack."""
    chosen = dict(panel.chosen) if every else {"p-scenario": repr(cell.scenario), **panel.chosen}
    return f"#{cell.benchmark}.{name}" + (f"?{urlencode(chosen)}" if chosen else "")


def _detail(panel: Panel, cell: Cell) -> str:
    links = " · ".join(
        f'<a href="{escape(_graph(panel, cell, name))}">{escape(words)}</a>' for name, words in FIGURES.items()
    )
    control = f" (a control, known to be {escape(cell.truth)})" if cell.truth else ""
    return (
        f'<article class="detail" data-cell="{escape(_address(panel, cell))}" tabindex="-1" hidden>'
        f"<h3>{escape(cell.stack)} {escape(cell.scenario)}</h3>"
        f'<p><span class="badge {cell.verdict}">{SIGNS[cell.verdict]} {cell.verdict}</span> '
        f"{escape(str(cell.record.get('reason', '')))}{control}</p>"
        f"{_curve(cell)}<dl>{_facts(cell)}</dl>{_culprits(cell)}"
        f'<p>Graphs: {links}. <a href="{escape(cell.file)}" download>The whole record</a>, '
        "which <code>find-mem-leaks report</code> shows.</p></article>"
    )


def _facts(cell: Cell) -> str:
    record = cell.record
    if not record.get("rounds"):
        return ""
    low, high = (map(figure, record["interval"])) if record["interval"] else ("–", "–")
    peak = max(round_["peak"] for round_ in record["rounds"]) / MEBIBYTE
    facts = {
        "B/op": "–" if cell.rate is None else figure(cell.rate),
        "Interval": f"{low} to {high}",
        "Limit": f"{figure(record['limit_bytes_per_operation'])} B/op",
        "Operations": f"{record['operations']:,}",
        "Seconds": f"{record['wall_seconds']:.1f}",
        "Peak": f"{peak:.1f} MB",
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
