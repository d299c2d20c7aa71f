"""What this tool says of a workload or a route, beside what its file says is true of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import truths

from find_mem_leaks.culprit import Culprit
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.results import Cell


@dataclass(frozen=True)
class Judged:
    """A cell, and the truth.

    Attributes:
        cell: what was measured.
        file: the file that says what is true: the lines that leak are marked, ``HOLDER`` is what must hold it.
        leaks: whether what was measured leaks.
        first: among so many of the first culprits the true line and the true holder must be.
    """

    cell: Cell
    file: Path
    leaks: bool
    first: int = 1

    @property
    def culprits(self) -> Sequence[Culprit]:
        return self.cell.culprits[: self.first]

    @property
    def is_accused(self) -> bool:
        return self.cell.verdict is Verdict.LEAKING

    @property
    def is_acquitted(self) -> bool:
        return self.cell.verdict in ACQUITTED

    @property
    def is_right(self) -> bool:
        return self.is_accused if self.leaks else self.is_acquitted

    @property
    def is_wrong(self) -> bool:
        """Return whether it is called the opposite; what is undecided is neither right nor wrong."""
        return self.is_acquitted if self.leaks else self.is_accused

    @property
    def has_true_line(self) -> bool:
        lines = {(str(self.file), line) for line in truths.marked(self.file)}
        return any((each.frame.file, each.frame.line) in lines for each in self.culprits)

    @property
    def has_true_holder(self) -> bool:
        holder = truths.constants(self.file).get("HOLDER")
        return holder is not None and any(holder in (each.holder or "") for each in self.culprits)


def counts(judged: Collection[Judged]) -> Mapping[str, int]:
    """Return how many leak and how many do not, and how many of either were judged as they are."""
    leaking = [each for each in judged if each.leaks]
    others = [each for each in judged if not each.leaks]
    return {
        "all": len(judged),
        "right": sum(each.is_right for each in judged),
        "undecided": sum(not (each.is_right or each.is_wrong) for each in judged),
        "clean": len(others),
        "acquitted": sum(each.is_right for each in others),
        "accused": sum(each.is_wrong for each in others),
        "leaking": len(leaking),
        "convicted": sum(each.is_right for each in leaking),
        "missed": sum(each.is_wrong for each in leaking),
        "lines": sum(each.has_true_line for each in leaking),
        "holders": sum(each.has_true_holder for each in leaking),
    }


def place(cell: Cell, nothing: str = "–") -> str:
    """Return the file and the line of the first culprit, if there is one."""
    if not cell.culprits:
        return nothing
    frame = cell.culprits[0].frame
    return f"{Path(frame.file).name}:{frame.line}"


def holder(cell: Cell, nothing: str = "–") -> str:
    """Return what holds what the first culprit allocates, if that is known."""
    return next((each.holder for each in cell.culprits[:1]), None) or nothing
