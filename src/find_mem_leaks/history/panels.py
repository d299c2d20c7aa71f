"""What the page of leaks is about: a verdict in each cell, the cells of a commit, a panel for each environment.

Written with the standard library alone: the site is published where nothing but airspeed velocity is installed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from ..judging.truths import is_true

Record = Mapping[str, Any]

# Unlike the table's, signs that every font has: a browser without coloured pictures shows those as boxes.
SIGNS = {"clean": "✔", "bounded": "≤", "leaking": "✘", "inconclusive": "?", "failed": "!", "skipped": "–"}

# The lines of a series: measured with the packages of a lock file, or with the newest releases.
LOCKED, NEWEST = "locked", "newest"


@dataclass(frozen=True)
class Cell:
    """One stack under one scenario at one commit in one environment.

    stack: its name without the series; benchmark: the class that measured it; record: as the results file has it, or
    the keys verdict and reason alone where the tool itself failed; file: the whole record, beside the page; locked: the
    versions of all packages that the series' lock file names.
    """

    stack: str
    scenario: str
    benchmark: str
    record: Record
    file: str
    locked: Mapping[str, str] = field(default_factory=dict)

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
        return is_true(self.verdict, self.truth)

    @property
    def size(self) -> str:
        """How much a leaking cell grows, how much growth was ruled out in the others; empty where nothing is known."""
        interval = self.record.get("interval")
        if self.verdict == "leaking" and self.rate is not None:
            return f"{figure(self.rate)} B/op"
        return f"under {figure(interval[1])} B/op" if interval else ""

    @property
    def said(self) -> str:
        """The verdict and the size in words."""
        return f"{self.verdict}, {self.size}" if self.size else self.verdict


@dataclass(frozen=True)
class Commit:
    """What was measured of one commit in one environment.

    name: its tag, or the first digits of its hash; day: its date, as 2026-01-31; place: its number among all commits.
    """

    hash: str
    name: str
    cells: tuple[Cell, ...]
    day: str = ""
    place: int = 0

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str], Cell]:
        return {cell.key: cell for cell in self.cells}

    @cached_property
    def packages(self) -> Mapping[str, str]:
        """The versions of the packages that it was measured with, as far as the records tell."""
        found: dict[str, str] = {}
        for cell in self.cells:
            named = {**(cell.record.get("packages") or {}), **cell.locked}
            found |= {name: version for name, version in named.items() if version}
        return found


@dataclass(frozen=True)
class Mark:
    """A commit in the strip of a cell.

    verdict: empty where the commit lacks the cell; words: the commit, its date, the verdict and the size.
    """

    verdict: str
    words: str


def _mark(commit: Commit, cell: Cell | None) -> Mark:
    said = cell.said if cell else "not measured"
    return Mark(cell.verdict if cell else "", f"{commit.name}, {commit.day}: {said}")


@dataclass(frozen=True)
class Panel:
    """One environment.

    newest: its newest measured commit; earlier: the commits that were measured before, the oldest first, whose cells
    have no more of their records than a strip takes; chosen: what selects its graphs; missing: by their names, the
    commits that could not be measured, and why; line: LOCKED or NEWEST, empty where packages are not locked; beside:
    the locked line of the newest one's series.
    """

    name: str
    newest: Commit
    earlier: tuple[Commit, ...]
    chosen: Mapping[str, str]
    missing: Mapping[str, str] = field(default_factory=dict)
    line: str = ""
    beside: Panel | None = None

    @property
    def commits(self) -> tuple[Commit, ...]:
        """All, the oldest first."""
        return (*self.earlier, self.newest)

    def at(self, commit: str) -> Commit | None:
        """What was measured of a commit, by its hash."""
        return next((one for one in self.commits if one.hash == commit), None)

    @property
    def previous(self) -> Commit | None:
        """The commit that was measured before the newest."""
        return self.earlier[-1] if self.earlier else None

    @cached_property
    def latest(self) -> Mapping[tuple[str, str], Cell]:
        """Each cell that was measured of any of the commits, as it was measured last."""
        found: dict[tuple[str, str], Cell] = {}
        for commit in (self.newest, *reversed(self.earlier)):
            for cell in commit.cells:
                found.setdefault(cell.key, cell)
        return found

    def strip(self, key: tuple[str, str]) -> list[Mark]:
        """The verdicts of a cell, commit by commit, the oldest first."""
        return [_mark(commit, commit.by_key.get(key)) for commit in self.commits]

    @property
    def title(self) -> str:
        """The SQLAlchemy series and the Python, where the records tell them, and the line, where there are lines."""
        told = [cell.record for cell in self.newest.cells if cell.record.get("sqlalchemy")]
        line = f", {self.line} packages" if self.line else ""
        if not told:
            return self.name + line
        series = ".".join(told[0]["sqlalchemy"].split(".")[:2])
        return f"SQLAlchemy {series}, Python {told[0]['python']}{line}"

    def address(self, cell: Cell) -> str:
        """What names a cell of this panel in an address."""
        return re.sub(r"[^\w.-]+", "-", f"{self.name}.{cell.stack}.{cell.scenario}", flags=re.ASCII)

    def graph(self, cell: Cell, name: str, *, every: bool = False) -> str:
        """The address of a figure's graph: of the cell, or of every scenario of its stack."""
        chosen = dict(self.chosen) if every else {"p-scenario": repr(cell.scenario), **self.chosen}
        return f"#{cell.benchmark}.{name}" + (f"?{urlencode(chosen)}" if chosen else "")


def figure(value: float) -> str:
    """Three significant digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
