"""What changed from one commit to the next, and what it came with: the commit, or packages that moved.

A change is a verdict that turned, or a leak that grew or shrank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from find_mem_leaks.history.commits import Commit, History, Key, Measured
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.reports.columns import BYTES, PLAIN_SIGNS, in_words
from find_mem_leaks.reports.growing import growth_of_things
from find_mem_leaks.results import Cell

# A leak has changed when its rate has by this factor.
CHANGED = 1.2


@dataclass(frozen=True)
class Step:
    """A cell that is unlike at two commits, one after the other among those that measured it."""

    before: Commit
    after: Commit
    old: Measured
    new: Measured

    @property
    def turn(self) -> str:
        """Return what it was and what it is, in words."""
        then, now = (f"{PLAIN_SIGNS[one.cell.verdict]} {in_words(one.cell)}" for one in (self.old, self.new))
        return f"{then} → {now}"


def changed(before: Commit, after: Commit) -> Iterator[Step]:
    """What is unlike in the cells that both have."""
    for new in after.cells:
        old = before.by_key.get(new.key)
        if old is not None and _is_unlike(old.cell, new.cell):
            yield Step(before, after, old, new)


def steps(history: History, key: Key) -> Iterator[Step]:
    """All steps of a cell, the oldest first."""
    having = [commit for commit in history.commits if key in commit.by_key]
    for before, after in pairwise(having):
        old, new = before.by_key[key], after.by_key[key]
        if _is_unlike(old.cell, new.cell):
            yield Step(before, after, old, new)


def cause(history: History, step: Step) -> str:
    """Return what a step came with: ``commit abc``, or ``aiosqlite 0.20 → 0.21``; empty where packages are not locked.

    Where the commit and packages both differ, the locked line tells them apart: what it shows too is the commit's.
    """
    if not history.line:
        return ""
    packages = ", ".join(moved(step.before.packages, step.after.packages))
    if not packages:
        return _commit(step)
    locked = _on_locked_line(history, step)
    if locked is None:
        return f"{_commit(step)}, or {packages}"
    if history.beside is None or not _is_unlike(locked.old.cell, locked.new.cell):
        return packages
    return cause(history.beside, locked)


def _on_locked_line(history: History, step: Step) -> Step | None:
    """The same cell at the same commits with locked packages; None where it was not measured so."""
    if history.beside is None:
        return None
    before, after = history.beside.at(step.before.hash), history.beside.at(step.after.hash)
    if before is None or after is None:
        return None
    old, new = before.by_key.get(step.new.key), after.by_key.get(step.new.key)
    return Step(before, after, old, new) if old and new else None


def _commit(step: Step) -> str:
    count = step.after.place - step.before.place
    return f"one of {count} commits up to {step.after.name}" if count > 1 else f"commit {step.after.name}"


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """The packages of both whose versions differ."""
    for name, version in after.items():
        if before.get(name, version) != version:
            yield f"{name} {before[name]} → {version}"


def _is_unlike(old: Cell, new: Cell) -> bool:
    if old.verdict is not new.verdict:
        return not {old.verdict, new.verdict} <= ACQUITTED
    if new.verdict is not Verdict.LEAKING:
        return False
    (before, unit_before), (after, unit_after) = map(_rate, (old, new))
    least, most = sorted((before, after))
    return unit_before != unit_after or most > CHANGED * least


def _rate(cell: Cell) -> tuple[float, str]:
    """The growth that convicts a cell, and its unit."""
    growth, unit = growth_of_things(cell) or (None, BYTES)
    rate = growth.rate if growth else cell.bytes_per_operation
    return max(rate or 0.0, 1e-9), unit
