"""What changed from one commit to the next, in words: verdicts that turned, and leaks that grew or shrank."""

from __future__ import annotations

from collections.abc import Iterator

from .panels import SIGNS, Cell, Commit

# A leak has changed when its rate has by this factor.
CHANGED = 1.2


def changed(before: Commit, after: Commit) -> Iterator[str]:
    """What is unlike in the cells that both have, a line for each."""
    known = {cell.key: cell for cell in before.cells}
    for cell in after.cells:
        old = known.get(cell.key)
        if old is not None and _is_unlike(old, cell):
            then, now = (f"{SIGNS[one.verdict]} {one.said}" for one in (old, cell))
            yield f"{cell.stack} {cell.scenario}: {then} → {now}"


def _is_unlike(old: Cell, new: Cell) -> bool:
    if {old.verdict, new.verdict} <= {"clean", "bounded"}:
        return False
    if old.verdict != new.verdict or new.verdict != "leaking":
        return old.verdict != new.verdict
    rates = sorted(max(cell.rate or 0.0, 1e-9) for cell in (old, new))
    return rates[1] > CHANGED * rates[0]
