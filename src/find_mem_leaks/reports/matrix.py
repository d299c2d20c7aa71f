"""Cells sorted into panels of stacks by scenarios, one panel for each SQLAlchemy series."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from find_mem_leaks.results import Cell
from find_mem_leaks.subjects.applications import TARGET
from find_mem_leaks.subjects.environments import prefix
from find_mem_leaks.subjects.scenarios import SCENARIOS

LABEL = re.compile(r"^sqlalchemy(\d+)x_")
OWN, OTHER = "Own workloads", "Other"
# Stacks that take the scenarios of all.
MIXED = ("",)


@dataclass(frozen=True)
class Note:
    """What is said of a panel or a cell.

    Attributes:
        text: a sentence, or the heading of the entries.
        entries: what, and why; empty where nothing is known of that.
    """

    text: str
    entries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Mark:
    """A commit in a cell's strip: the verdict, empty where the commit lacks the cell, and all of it in words."""

    verdict: str
    words: str


@dataclass(frozen=True)
class Past:
    """What a history knows of a cell.

    Attributes:
        page, record: where its details are, and its whole record: addresses from the site's root, as all here.
        strip: its last commits, the oldest first.
        steps: where it changed.
        graphs: the figures that are drawn of it, by their names.
        of_stack: the graph of its stack under all scenarios.
        is_over: whether the newest commit lacks it.
    """

    page: str
    record: str
    strip: tuple[Mark, ...]
    steps: Note
    graphs: tuple[tuple[str, str], ...]
    of_stack: str
    is_over: bool

    @property
    def counted(self) -> str:
        """The strip in words."""
        counts = Counter(mark.verdict or "not measured" for mark in self.strip)
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        return f"the last {len(self.strip)} commits: {verdicts}"


@dataclass(frozen=True)
class Item:
    """A cell, its name in the page's addresses and, in a history, its past."""

    id: str
    cell: Cell
    past: Past | None = None

    @property
    def series(self) -> str:
        return series(self.cell)

    @property
    def stack(self) -> str:
        return stack(self.cell)

    @property
    def versions(self) -> dict[str, str]:
        """The versions of Python and of all packages that there are."""
        packages = {package: version for package, version in self.cell.packages.items() if version}
        return {"Python": self.cell.python, **packages}

    def differs_from(self, others: Iterable[Item]) -> list[str]:
        """The versions in which it is unlike one of these."""
        versions_of_others = [other.versions for other in others]
        return [
            f"{name} {version}"
            for name, version in self.versions.items()
            if any(versions.get(name) != version for versions in versions_of_others)
        ]


@dataclass(frozen=True)
class Row:
    """A stack and, for each scenario of its matrix, the items that there are: several only of several versions."""

    stack: str
    items: tuple[tuple[Item, ...], ...]

    @property
    def truths(self) -> list[str]:
        """Return what is known to be true of it, where it is a control."""
        return sorted({item.cell.truth for items in self.items for item in items if item.cell.truth})

    @property
    def graph(self) -> str:
        """The address of its graph; empty outside a history."""
        return next((item.past.of_stack for items in self.items for item in items if item.past), "")


@dataclass(frozen=True)
class Matrix:
    """Stacks that share scenarios."""

    scenarios: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Panel:
    """All of one series.

    Attributes:
        title, versions: its name; of SQLAlchemy and Python in it.
        matrices: what it has, but for routes and tests.
        routes: the routes of the application that it is, or the tests of the file.
        notes: what a history says of it.
    """

    title: str
    versions: tuple[str, ...]
    matrices: tuple[Matrix, ...]
    routes: tuple[Item, ...] = ()
    notes: tuple[Note, ...] = ()


def items(cells: Iterable[Cell]) -> list[Item]:
    """The cells, each with an address of its own made from its stack and scenario."""
    times: dict[str, int] = {}
    listed = []
    for cell in cells:
        name = re.sub(r"[^\w.-]+", "-", f"{cell.stack}.{cell.scenario}", flags=re.ASCII)
        times[name] = times.get(name, 0) + 1
        listed.append(Item(f"{name}~{times[name]}" if times[name] > 1 else name, cell))
    return listed


def stack(cell: Cell) -> str:
    """The stack's name without the series."""
    return LABEL.sub("", cell.stack, count=1)


def series(cell: Cell) -> str:
    """The panel that a cell belongs to: its SQLAlchemy series, or what it is without one. A person's own file need not
    import the SQLAlchemy of its environment, and has a panel of its own, as each application and file of tests has."""
    if cell.file:
        return heading(cell)
    label = LABEL.match(cell.stack) or LABEL.match(prefix(cell.sqlalchemy) if cell.sqlalchemy else "")
    if label:
        return f"SQLAlchemy {_release(label[1])}"
    return OTHER


def is_route(cell: Cell) -> bool:
    """Return whether it is a route of an application, or all of them."""
    return cell.file is not None and TARGET.fullmatch(cell.file) is not None


def is_row(cell: Cell) -> bool:
    """Return whether it is one of many that have nothing in common but where they are: a route, or a test."""
    return cell.test is not None or is_route(cell)


def heading(cell: Cell) -> str:
    """Return a cell's heading: an application's name, a test's file, one for all other files of a person's own, or
    nothing for a stack that ships."""
    if is_row(cell):
        return cell.stack
    return OWN if cell.file else ""


def kinds(cells: Iterable[Cell]) -> list[tuple[str, list[Cell]]]:
    """The cells of stacks that ship, without a heading, those of a person's own files, under one, and those of each
    application and file of tests under its name."""
    kept: dict[str, list[Cell]] = {"": [], OWN: []}
    for cell in cells:
        kept.setdefault(heading(cell), []).append(cell)
    return [(name, members) for name, members in kept.items() if members]


def section(cell: Cell) -> str:
    """The heading of a cell in tables with a section per series: what its label begins with, or that of own files."""
    return heading(cell) or cell.stack.split("_")[0]


def in_sections(cells: Iterable[Cell]) -> list[tuple[str, list[Cell]]]:
    """The cells by their sections, each by its stacks, a person's own files last."""
    ordered = sorted(cells, key=lambda cell: (bool(cell.file), section(cell), cell.stack))
    return [(heading, list(members)) for heading, members in groupby(ordered, key=section)]


def _release(digits: str) -> str:
    """``1`` → ``1.4``, ``2`` → ``2.0``, ``21`` → ``2.1``: what labels stand for."""
    return {"1": "1.4", "2": "2.0"}.get(digits, f"{digits[0]}.{digits[1:]}")


def panels(members: Sequence[Item]) -> list[Panel]:
    """The panels by their titles, those without SQLAlchemy last, and after them those of applications and tests."""
    applications = {item.series for item in members if is_row(item.cell)}
    titles = sorted(
        {item.series for item in members}, key=lambda title: (title in applications, title in {OWN, OTHER}, title)
    )
    return [panel(title, [item for item in members if item.series == title]) for title in titles]


def panel(title: str, members: Sequence[Item], notes: Sequence[Note] = ()) -> Panel:
    """One panel of all of these cells."""
    shipped = [item.cell for item in members if not item.cell.file]
    sqlalchemy = sorted({f"SQLAlchemy {cell.sqlalchemy}" for cell in shipped if cell.sqlalchemy})
    python = sorted({f"Python {item.cell.python}" for item in members if item.cell.python})
    if is_row(members[0].cell):
        return Panel(title, tuple(python), (), tuple(members), tuple(notes))
    groups: dict[tuple[str, ...], list[Item]] = {}
    for item in members:
        groups.setdefault(_group(item, members), []).append(item)
    ordered = sorted(groups.items(), key=lambda group: group[0] != MIXED)
    matrices = tuple(_matrix(group) for _, group in ordered)
    return Panel(title, (*sqlalchemy, *python), matrices, notes=tuple(notes))


def _group(item: Item, members: Sequence[Item]) -> tuple[str, ...]:
    """Return what a stack shares with those in its matrix: a mix of operations, or its very own scenarios."""
    if item.cell.mix:
        return MIXED
    return tuple(sorted({other.cell.scenario for other in members if other.stack == item.stack}))


def _matrix(members: Sequence[Item]) -> Matrix:
    scenarios = tuple(sorted(dict.fromkeys(item.cell.scenario for item in members), key=_rank))
    stacks = dict.fromkeys(item.stack for item in members)
    return Matrix(scenarios, tuple(_row(stack, scenarios, members) for stack in stacks))


def _rank(scenario: str) -> int:
    """Return where a scenario stands among those that ship; others come last, in their own order."""
    names = list(SCENARIOS)
    return names.index(scenario) if scenario in names else len(names)


def _row(stack: str, scenarios: Sequence[str], members: Sequence[Item]) -> Row:
    of_stack = [item for item in members if item.stack == stack]
    return Row(stack, tuple(tuple(item for item in of_stack if item.cell.scenario == name) for name in scenarios))
