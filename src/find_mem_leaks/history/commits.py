"""What was measured of commits: the cells of each, and a history for each environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from find_mem_leaks.reports import matrix
from find_mem_leaks.results import Cell

# The lines of a series: measured with the packages of a lock file, or with the newest releases.
LOCKED, NEWEST = "locked", "newest"
Key = tuple[str, str]


@dataclass(frozen=True)
class Measured:
    """A cell of a commit.

    Attributes:
        cell: that of the record; of an earlier commit without its readings.
        benchmark: the class that measured it.
        file: the address of the whole record in the site; empty where it is not there.
        locked: the versions of all packages that the series' lock file names.
    """

    cell: Cell
    benchmark: str
    file: str = ""
    locked: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The stack's name without the series, and the scenario."""
        return matrix.stack(self.cell), self.cell.scenario

    @property
    def name(self) -> str:
        return " ".join(self.key)


@dataclass(frozen=True)
class Commit:
    """What was measured of one commit in one environment.

    Attributes:
        hash: the whole of it.
        name: its tag, or the first digits of its hash.
        cells: what was measured.
        day: its date, as 2026-01-31.
        place: its number among all commits.
    """

    hash: str
    name: str
    cells: tuple[Measured, ...]
    day: str = ""
    place: int = 0

    @cached_property
    def by_key(self) -> Mapping[Key, Measured]:
        return {each.key: each for each in self.cells}

    @cached_property
    def packages(self) -> Mapping[str, str]:
        """The versions of the packages that it was measured with, as far as the records tell."""
        versions: dict[str, str] = {}
        for each in self.cells:
            versions |= {name: version for name, version in each.cell.packages.items() if version} | {**each.locked}
        return versions


@dataclass(frozen=True)
class History:
    """One environment.

    Attributes:
        name: what asv calls it.
        folder: the address of its newest records in the site.
        newest: its newest measured commit.
        earlier: the commits that were measured before, the oldest first.
        chosen: what selects its graphs.
        missing: by their names, the commits that could not be measured, and why.
        line: LOCKED or NEWEST, empty where packages are not locked.
        beside: the locked line of the newest one's series.
    """

    name: str
    folder: str
    newest: Commit
    earlier: tuple[Commit, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    line: str = ""
    beside: History | None = None

    @property
    def commits(self) -> tuple[Commit, ...]:
        """All, the oldest first."""
        return (*self.earlier, self.newest)

    def at(self, commit: str) -> Commit | None:
        """Return what was measured of a commit, by its hash."""
        return next((one for one in self.commits if one.hash == commit), None)

    @property
    def previous(self) -> Commit | None:
        """The commit that was measured before the newest."""
        return self.earlier[-1] if self.earlier else None

    @cached_property
    def latest(self) -> Mapping[Key, Measured]:
        """Each cell that was measured of any of the commits, as it was measured last; controls after the others."""
        latest: dict[Key, Measured] = {}
        for commit in (self.newest, *reversed(self.earlier)):
            for each in commit.cells:
                latest.setdefault(each.key, each)
        return dict(sorted(latest.items(), key=lambda entry: entry[1].cell.truth is not None))

    @property
    def title(self) -> str:
        """The SQLAlchemy series and the Python, where the records tell them, and the line, where there are lines."""
        with_one = [each.cell for each in self.newest.cells if each.cell.sqlalchemy]
        line = f", {self.line} packages" if self.line else ""
        if not with_one:
            return self.name + line
        series = ".".join(str(with_one[0].sqlalchemy).split(".")[:2])
        return f"SQLAlchemy {series}, Python {with_one[0].python}{line}"

    def graph(self, each: Measured, figure: str, *, every: bool = False) -> str:
        """The address of a figure's graph: of the cell, or of every scenario of its stack."""
        chosen = dict(self.chosen) if every else {"p-scenario": repr(each.cell.scenario), **self.chosen}
        return f"index.html#{each.benchmark}.{figure}" + (f"?{urlencode(chosen)}" if chosen else "")
