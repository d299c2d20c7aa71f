"""What changed from one commit to the next, and what it came with: the commit, or packages that moved.

A change is a verdict that turned, or a leak that grew or shrank.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from .panels import SIGNS, Cell, Commit, Panel

# A leak has changed when its rate has by this factor.
CHANGED = 1.2


@dataclass(frozen=True)
class Step:
    """A cell that is unlike at two commits, one after the other among those that measured it."""

    before: Commit
    after: Commit
    old: Cell
    new: Cell

    @property
    def turn(self) -> str:
        """What it was and what it is, in words."""
        then, now = (f"{SIGNS[one.verdict]} {one.said}" for one in (self.old, self.new))
        return f"{then} → {now}"


def changed(before: Commit, after: Commit) -> Iterator[Step]:
    """What is unlike in the cells that both have."""
    for cell in after.cells:
        old = before.by_key.get(cell.key)
        if old is not None and _is_unlike(old, cell):
            yield Step(before, after, old, cell)


def steps(panel: Panel, key: tuple[str, str]) -> Iterator[Step]:
    """All steps of a cell, the oldest first."""
    having = [commit for commit in panel.commits if key in commit.by_key]
    for before, after in pairwise(having):
        if _is_unlike(before.by_key[key], after.by_key[key]):
            yield Step(before, after, before.by_key[key], after.by_key[key])


def cause(panel: Panel, step: Step) -> str:
    """What a step came with: ``commit abc``, or ``aiosqlite 0.20 → 0.21``; empty where packages are not locked.

    Where the commit and packages both differ, the locked line tells them apart: what it shows too is the commit's.
    """
    if not panel.line:
        return ""
    packages = ", ".join(moved(step.before.packages, step.after.packages))
    if not packages:
        return _commit(step)
    locked = _on_locked_line(panel, step)
    if locked is None:
        return f"{_commit(step)}, or {packages}"
    if panel.beside is None or not _is_unlike(locked.old, locked.new):
        return packages
    return cause(panel.beside, locked)


def _on_locked_line(panel: Panel, step: Step) -> Step | None:
    """The same cell at the same commits with locked packages; None where it was not measured so."""
    if panel.beside is None:
        return None
    before, after = panel.beside.at(step.before.hash), panel.beside.at(step.after.hash)
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
    if {old.verdict, new.verdict} <= {"clean", "bounded"}:
        return False
    if old.verdict != new.verdict or new.verdict != "leaking":
        return old.verdict != new.verdict
    rates = sorted(max(cell.rate or 0.0, 1e-9) for cell in (old, new))
    return rates[1] > CHANGED * rates[0]
