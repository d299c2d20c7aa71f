"""The pages of leaks: one of all environments, with what changed, and one with the cells of each in detail."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from find_mem_leaks.history.changes import Step, cause, changed, moved, steps
from find_mem_leaks.history.commits import Commit, History, Key, Measured
from find_mem_leaks.reports import columns, matrix
from find_mem_leaks.reports.matrix import Item, Mark, Note, Panel, Past
from find_mem_leaks.reports.page import Page, html
from find_mem_leaks.results import Cell

# The figures of the suite by their names there, and what links to their graphs say.
FIGURES = {
    "track_leaked": "growth",
    "track_blocks": "blocks",
    "track_limit": "limit",
    "track_rss_growth": "resident memory",
    "track_seconds": "seconds",
    "peakmem_process": "peak",
}
ALL = "leaks.html"
# asv's own pages.
OTHERS = (
    ("Benchmark grid", "index.html#/"),
    ("Benchmark list", "index.html#/summarylist"),
    ("Regressions", "index.html#/regressions"),
)
LINKS = (("Leaks", ALL), *OTHERS)
NOTHING = "No record was kept of the commits on this site: measure them with the suite."


def pages(
    histories: Sequence[History],
    made: datetime,
    project: Sequence[tuple[str, str]] = (),
    *,
    drawn: Collection[str] | None = None,
) -> Iterator[tuple[str, str]]:
    """The pages, each with its address in the site; project: the name and the address of what the history is of;
    drawn: the figures that have a graph, by asv's names, None if all have."""
    links = (*LINKS, *project)
    shown = [_Shown(history, drawn) for history in histories]
    cells = [cell for each in shown for cell in each.cells]
    commits = ", ".join(sorted({history.newest.name for history in histories}))
    lead = f"At {commits}: {columns.summary(cells)}" if shown else NOTHING
    yield ALL, html(Page("Leaks", lead, cells, [each.panel for each in shown], (), links), made)
    for each in shown:
        root = "../" * each.address.count("/")
        page = Page(each.panel.title, columns.summary(each.cells), each.cells, [each.panel], each.items, links, root)
        yield each.address, html(page, made)


@dataclass(frozen=True)
class _Shown:
    """An environment as a page shows it."""

    history: History
    drawn: Collection[str] | None

    @property
    def address(self) -> str:
        """The address of the page of its cells, beside their records."""
        return f"{self.history.folder}/index.html"

    @property
    def cells(self) -> list[Cell]:
        """The cells of the newest commit."""
        return [each.cell for each in self.history.newest.cells]

    @cached_property
    def _all(self) -> list[Item]:
        items = matrix.items(each.cell for each in self.history.latest.values())
        keys = self.history.latest
        return [Item(item.id, item.cell, self._past(key)) for item, key in zip(items, keys, strict=True)]

    @property
    def items(self) -> list[Item]:
        """The cells of the newest commit."""
        return [item for item in self._all if item.past and not item.past.is_over]

    def _past(self, key: Key) -> Past:
        history, latest = self.history, self.history.latest[key]
        reasons = {step.after.hash: (step, cause(history, step)) for step in steps(history, key)}
        known = [(_when(step.after, step.turn), why) for step, why in reasons.values() if why]
        return Past(
            page=self.address,
            record=latest.file,
            strip=tuple(_mark(commit, key, reasons) for commit in history.commits),
            steps=Note("Steps", tuple(reversed(known))),
            graphs=tuple(self._graphs(latest)),
            of_stack=history.graph(latest, "track_leaked", every=True),
            is_over=key not in history.newest.by_key,
        )

    def _graphs(self, latest: Measured) -> Iterator[tuple[str, str]]:
        for figure, words in FIGURES.items():
            if self.drawn is None or f"{latest.benchmark}.{figure}" in self.drawn:
                yield words, self.history.graph(latest, figure)

    @cached_property
    def panel(self) -> Panel:
        newest = self.history.newest
        packages = ", ".join(f"{name} {version}" for name, version in self._versions.items())
        day = f" of {newest.day}" if newest.day else ""
        notes = [Note(f"Commit {newest.name}{day}, {packages}"), *self._changes(), *self._beside(), *self._missing()]
        return matrix.panel(self.history.title, self._all, notes)

    @property
    def _versions(self) -> Mapping[str, str]:
        """The versions of all packages in the cells' records; a stack without SQLAlchemy leaves SQLAlchemy out."""
        return {name: version for cell in self.cells for name, version in cell.packages.items() if version}

    def _changes(self) -> Iterator[Note]:
        previous, newest = self.history.previous, self.history.newest
        if previous is None:
            yield Note("Nothing was measured before.")
            return
        entries = tuple(_entry(step, cause(self.history, step)) for step in changed(previous, newest))
        since = f"hanged since {previous.name}"
        yield Note(f"C{since}", entries) if entries else Note(f"Nothing c{since}.")
        packages = ", ".join(moved(previous.packages, newest.packages))
        if packages and self.history.line:
            yield Note(f"Other packages: {packages}")

    def _beside(self) -> Iterator[Note]:
        """What the newest releases change at the same commit beside the locked ones; nothing without a locked line."""
        newest = self.history.newest
        locked = self.history.beside.at(newest.hash) if self.history.beside else None
        if locked is None:
            return
        packages = ", ".join(moved(locked.packages, newest.packages)) or "none that matters here"
        yield Note(f"Newer than the locked packages: {packages}")
        if entries := tuple(_entry(step, "") for step in changed(locked, newest)):
            yield Note("Unlike the locked packages", entries)

    def _missing(self) -> Iterator[Note]:
        """Why commits have no verdict."""
        if self.history.missing:
            yield Note("n/a", tuple((f"{name}: {why}", "") for name, why in self.history.missing.items()))


def _entry(step: Step, why: str) -> tuple[str, str]:
    return f"{step.new.name}: {step.turn}", why


def _when(commit: Commit, words: str) -> str:
    return f"{commit.name}, {commit.day}: {words}"


def _mark(commit: Commit, key: Key, reasons: Mapping[str, tuple[Step, str]]) -> Mark:
    measured: Measured | None = commit.by_key.get(key)
    words = columns.in_words(measured.cell) if measured else "not measured"
    _, why = reasons.get(commit.hash, (None, ""))
    return Mark(measured.cell.verdict if measured else "", _when(commit, f"{words}; {why}" if why else words))
