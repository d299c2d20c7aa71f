"""Cells as one page that asks nothing of anybody: its scripts, styles and data are inside it.

It is that of one run, or one of a history's: what belongs to a history alone, items and panels bring along.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from find_mem_leaks import __version__
from find_mem_leaks.culprit import Frame
from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.judging.probes import BY_KEY, Probe
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports import areas, columns, hands_off, matrix, parts, plot, rerun, routes, what_if
from find_mem_leaks.reports.account import account
from find_mem_leaks.reports.amounts import MEBIBYTE
from find_mem_leaks.reports.columns import PLAIN_SIGNS, significant
from find_mem_leaks.reports.growing import what_grows
from find_mem_leaks.reports.matrix import Item, Panel
from find_mem_leaks.reports.parts import Part
from find_mem_leaks.reports.rare import rare
from find_mem_leaks.results import Cell

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Page:
    """What a page shows.

    Attributes:
        title, lead: its heading and the sentence below.
        cells: those that are counted by verdict.
        panels: what has a matrix, or a table of routes.
        items: the cells whose details are in the page; none of a page that leads to others for these.
        links: to other pages of the site, by what they are called.
        root: the address of the site's root, as seen from the page.
    """

    title: str
    lead: str
    cells: Sequence[Cell]
    panels: Sequence[Panel]
    items: Sequence[Item]
    links: Sequence[tuple[str, str]] = ()
    root: str = ""

    def from_here(self, address: str) -> str:
        """An address from the site's root, or one that is not of the site, as the page has it."""
        return address if "://" in address else f"{self.root}{address}"

    def address(self, item: Item) -> str:
        """Return where a cell's details are."""
        return f"{self.root}{item.past.page if item.past and not self.items else ''}#{item.id}"


def render(cells: Sequence[Cell], made: datetime) -> str:
    """The page of one run."""
    items = matrix.items(cells)
    lead = columns.summary(cells) if cells else "Nothing was measured."
    return html(Page("Memory leak report", lead, cells, matrix.panels(items), items), made)


def html(page: Page, made: datetime) -> str:
    """The page. Every text in it is escaped: by the template, and in the data for its scripts by ``tojson``."""
    scripts = [plot.library(), (ASSETS / "page.js").read_text(encoding="utf-8")] if page.items else []
    return (
        _templates()
        .get_template("page.html")
        .render(
            page=page,
            made=made,
            version=__version__,
            pythons=sorted({cell.python for cell in page.cells if cell.python}),
            counts=[(verdict, sum(cell.verdict is verdict for cell in page.cells)) for verdict in Verdict],
            data=_data(page.items),
            style=Markup((ASSETS / "page.css").read_text(encoding="utf-8")),  # noqa: S704  a file of ours
            scripts=[Markup(script) for script in scripts],  # noqa: S704  Bokeh's own and ours
            policy=_policy(scripts),
        )
    )


def _policy(scripts: Sequence[str]) -> str:
    """The page's content security policy: these very scripts may run, and nothing may be asked for."""
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes) or "'none'"
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'"


def _data(items: Sequence[Item]) -> dict[str, Any]:
    """Return what the page's script draws from: the figure, and each cell's readings and culprits."""
    cells = {item.id: {**plot.data(item.cell), "culprits": list(_stacks(item.cell))} for item in items}
    return {"figure": plot.item(), "cells": cells}


def _stacks(cell: Cell) -> Iterator[dict[str, Any]]:
    """The culprits as a flame graph takes them: frames, short and in full, from the operation to the allocation."""
    for culprit in cell.culprits:
        frames = [(_short(frame), str(frame)) for frame in reversed(culprit.stack)]
        yield {"allocations": culprit.allocations, "bytes": culprit.bytes, "frames": frames}


def _short(frame: Frame) -> str:
    return f"{frame.function} ({PurePath(frame.file).name}:{frame.line})"


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    templates.filters.update(breakable=_breakable, figure=_figure, in_words=columns.in_words, size=_size, facts=_facts)
    templates.filters.update(growth=_growth, curve=_curve, control=_control, rare=rare)
    templates.filters.update(
        what_grows=what_grows, areas=areas.areas, grid=areas.grid, parts=_parts, left=_left, without=hands_off.without
    )
    templates.globals.update(signs=PLAIN_SIGNS, columns=columns, rerun=rerun.command, place=columns.place)
    templates.globals.update(what_if=what_if, routes=routes, tests=account)
    return templates


def _breakable(text: str) -> Markup:
    """Text that may be broken after an underscore or a slash, where a line is too short for it."""
    broken = escape(text)
    for character in "_/":
        broken = broken.replace(character, Markup(f"{character}<wbr>"))  # noqa: S704  one of two characters
    return broken


def _figure(value: float | None) -> str:
    return "–" if value is None else significant(value)


def _fine(value: float) -> str:
    """Below 1 four decimals at the most: growth of a count per operation is often small."""
    if abs(value) >= 1:
        return significant(value)
    text = f"{value + 0.0:,.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"0", "-0"} else text


def _size(cell: Cell) -> str:
    return columns.size(cell) or columns.growth_of(cell, memory="") or "–"


def _control(cell: Cell) -> str:
    """Return a control's known verdict and whether the cell has it; empty for other cells."""
    if cell.truth is None:
        return ""
    right = "the verdict is as expected" if cell.reads_as_its_truth else "the verdict is wrong"
    return f"A control, known to be {cell.truth}: {right}."


def _facts(cell: Cell) -> list[tuple[str, str]]:
    """The cell's figures by their names."""
    low, high = cell.interval or (None, None)
    peak = columns.peak_of(cell)
    warm_up = sum(round_.warm_up for round_ in cell.rounds)
    return [
        ("B/op", _figure(cell.bytes_per_operation)),
        (f"{100 * cell.confidence:.4g} % interval", "–" if low is None else f"{_figure(low)} to {_figure(high)}"),
        ("Detectable from", f"{_figure(columns.smallest_visible(cell))} B/op"),
        ("Limit", f"{cell.limit_bytes_per_operation:g} B/op"),
        ("Operations", f"{cell.operations:,}"),
        ("Seconds", f"{cell.seconds:.1f}"),
        ("Seconds in all", f"{cell.waited_seconds:.1f}"),
        ("Rounds", f"{len(cell.rounds)} ({warm_up} warm-up)" if warm_up else str(len(cell.rounds))),
        ("Protocol", cell.protocol),
        ("Seed", str(cell.seed)),
        ("Allocators", cell.allocator or "–"),
        ("Peak", f"{peak / MEBIBYTE:.1f} MB" if peak else "–"),
    ]


def _growth(cell: Cell) -> list[tuple[Probe, str, str, bool]]:
    """Each reading: its probe, its growth per operation, the interval of that, and whether it convicts."""
    return [
        (BY_KEY[key], _fine(growth.rate), f"{_fine(growth.low)} to {_fine(growth.high)}", key in cell.convicted_by)
        for key, growth in cell.growth.items()
        if key in BY_KEY
    ]


def _left(deployed: Deployed) -> str:
    """Return what the hands-off part did and how it was set, in words."""
    begin, end = deployed.begin, deployed.end
    before, after = parts.megabytes(begin["rss"]), parts.megabytes(end["rss"])
    collections = columns.counted(deployed.full_collections, "full collection")
    collector = ", ".join(f"{threshold:,}" for threshold in end["thresholds"])
    collector = f"on, with thresholds {collector}" if end["enabled"] else "off"
    frozen = f"; {end['frozen']:,} objects are frozen" if end["frozen"] else ""
    variables = "".join(f"; {name}={value}" for name, value in end["environment"].items())
    return (
        f"A second process carried out {deployed.operations:,} operations as it is deployed, and nothing was forced. "
        f"Its resident memory went from {before} to {after} MB, with {collections}. "
        f"Its garbage collector is {collector}{frozen}{variables}."
    )


def _parts(deployed: Deployed) -> list[Part]:
    """The parts of the growth that do not read as zero, and the growth itself."""
    account = deployed.full_account
    return [*(part for part in parts.parts(account) if not part.is_nothing), parts.summed(account)]


def _curve(cell: Cell) -> str:
    """The plot in words."""
    samples = plot.data(cell)["samples"]
    live, rss = ([value / MEBIBYTE for value in samples[name]] for name in ("live", "rss"))
    return (
        f"Over {samples['operations'][-1]:,} operations live bytes went from {live[0]:.2f} to {live[-1]:.2f} MB, "
        f"resident memory from {rss[0]:.2f} to {rss[-1]:.2f} MB."
    )
