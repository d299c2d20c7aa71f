"""The page of leaks as HTML: a matrix of verdicts per environment, what changed, and each cell in detail.

Written with the standard library alone: the site is published where nothing but airspeed velocity is installed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from .changes import Step, cause, changed, moved, steps
from .details import detail
from .panels import SIGNS, Panel


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
    cells = panel.latest.values()
    by_control = sorted(cells, key=lambda cell: cell.truth is not None)
    for stack in dict.fromkeys(cell.stack for cell in by_control):
        own = tuple(cell.scenario for cell in cells if cell.stack == stack and not cell.record.get("mix"))
        groups.setdefault(own, []).append(stack)
    matrices = (_matrix(panel, stacks) for _, stacks in sorted(groups.items(), key=lambda group: group[0] != ()))
    details = "".join(detail(panel, cell) for cell in panel.newest.cells)
    day = f" of {panel.newest.day}" if panel.newest.day else ""
    commit = f"<p>Commit <code>{escape(panel.newest.name)}</code>{day}, {_versions(panel)}</p>"
    parts = (commit, _changes(panel), _beside(panel), *matrices, details, _missing(panel))
    return f"<section><h2>{escape(panel.title)}</h2>{''.join(parts)}</section>"


def _versions(panel: Panel) -> str:
    """The versions of all packages in the cells' records: that of a stack without SQLAlchemy leaves SQLAlchemy out."""
    packages: dict[str, str | None] = {}
    for cell in panel.newest.cells:
        packages |= cell.record.get("packages") or {}
    return escape(", ".join(f"{name} {version}" for name, version in packages.items() if version))


def _changes(panel: Panel) -> str:
    if panel.previous is None:
        return '<p class="changes">Nothing was measured before.</p>'
    found = list(changed(panel.previous, panel.newest))
    since = f"since <code>{escape(panel.previous.name)}</code>"
    packages = ", ".join(moved(panel.previous.packages, panel.newest.packages))
    also = f"<p>Other packages: {escape(packages)}</p>" if packages and panel.line else ""
    if not found:
        return f'<p class="changes">Nothing changed {since}.</p>{also}'
    lines = "".join(f"<li>{_change(panel, step)}</li>" for step in found)
    return f'<div class="changes"><h3>Changed {since}</h3><ul>{lines}</ul></div>{also}'


def _change(panel: Panel, step: Step) -> str:
    why = cause(panel, step)
    return escape(f"{step.new.stack} {step.new.scenario}: {step.turn}") + (
        f"<small>{escape(why)}</small>" if why else ""
    )


def _beside(panel: Panel) -> str:
    """What the newest releases change at the same commit beside the locked ones; empty where it has no locked line."""
    locked = panel.beside.at(panel.newest.hash) if panel.beside else None
    if locked is None:
        return ""
    packages = escape(", ".join(moved(locked.packages, panel.newest.packages))) or "none that matters here"
    lines = [
        f"<li>{escape(f'{step.new.stack} {step.new.scenario}: {step.turn}')}</li>"
        for step in changed(locked, panel.newest)
    ]
    also = f'<div class="changes"><h3>Unlike the locked packages</h3><ul>{"".join(lines)}</ul></div>' if lines else ""
    return f"<p>Newer than the locked packages: {packages}</p>{also}"


def _missing(panel: Panel) -> str:
    """Why commits have no verdict."""
    if not panel.missing:
        return ""
    lines = (f"<li><code>{escape(name)}</code>: {escape(why)}</li>" for name, why in panel.missing.items())
    return f'<h3>n/a</h3><ul class="missing">{"".join(lines)}</ul>'


def _matrix(panel: Panel, stacks: Sequence[str]) -> str:
    scenarios = list(dict.fromkeys(scenario for stack, scenario in panel.latest if stack in stacks))
    head = "".join(f'<th scope="col">{_breakable(name)}</th>' for name in scenarios)
    rows = (
        f'<tr><th scope="row">{_row_name(panel, stack)}</th>'
        + "".join(f"<td>{_square(panel, (stack, name))}{_strip(panel, (stack, name))}</td>" for name in scenarios)
        + "</tr>"
        for stack in stacks
    )
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">Stack</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _row_name(panel: Panel, stack: str) -> str:
    """The stack, as a link to its graph."""
    cell = next(cell for cell in panel.latest.values() if cell.stack == stack)
    control = "<small>a control</small>" if cell.truth else ""
    return f'<a href="{escape(panel.graph(cell, "track_leaked", every=True))}">{_breakable(stack)}</a>{control}'


def _breakable(text: str) -> str:
    """Text that may be broken after an underscore."""
    return escape(text).replace("_", "_<wbr>")


def _square(panel: Panel, key: tuple[str, str]) -> str:
    cell = panel.newest.by_key.get(key)
    if cell is None:
        return '<span class="none" title="not measured">–</span>'
    wrong = " wrong" if cell.truth and not cell.is_right else ""
    words = escape(f"{cell.stack} {cell.scenario}: {cell.said}")
    return (
        f'<a class="cell {cell.verdict}{wrong}" href="#/leaks?{urlencode({"cell": panel.address(cell)})}" '
        f'aria-label="{words}"><b>{SIGNS[cell.verdict]} {cell.verdict}</b><small>{escape(cell.size) or "–"}</small></a>'
    )


def _strip(panel: Panel, key: tuple[str, str]) -> str:
    """The verdicts of the last commits side by side; empty where none of them has the cell."""
    if key not in panel.latest:
        return ""
    marks = panel.strip(key)
    counts = Counter(mark.verdict or "not measured" for mark in marks)
    words = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    causes = {step.after.hash: why for step in steps(panel, key) if (why := cause(panel, step))}
    told = [f"; {causes[commit.hash]}" if commit.hash in causes else "" for commit in panel.commits]
    drawn = "".join(
        f'<i class="{mark.verdict or "none"}" title="{escape(mark.words + why)}"></i>'
        for mark, why in zip(marks, told, strict=True)
    )
    return f'<span class="strip" role="img" aria-label="the last {len(marks)} commits: {words}">{drawn}</span>'
