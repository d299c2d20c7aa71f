"""What became of leaks that are known, in lines: those that are new, and those that are fixed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from find_mem_leaks import known
from find_mem_leaks.known import Known, Leak
from find_mem_leaks.reports.columns import counted
from find_mem_leaks.results import Cell


def lines(cells: Sequence[Cell], listed: Collection[Known], file: Path) -> Iterator[str]:
    """Say which leaks of the cells a file does not list, and which that it lists are fixed."""
    seen_in: dict[Leak, list[str]] = {}
    for cell in cells:
        for leak in known.new(cell, listed):
            seen_in.setdefault(leak, []).append(known.name(cell))
    fixed = known.fixed(listed, cells)
    of_known = sum(known.is_known(cell, listed) for cell in cells)
    yield f"{file}: {counted(len(listed), 'known leak')}, {len(fixed)} of them fixed; {len(seen_in)} new"
    if of_known:
        yield f"   {counted(of_known, 'cell')} leaking in known ways alone"
    for leak, names in seen_in.items():
        yield f"   new: {leak} (in {_some(names)})"
    for each in fixed:
        yield f"   fixed: {each.leak} (in {_some(each.cells)}): take it out, or give --update-known"


def _some(names: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    names = list(dict.fromkeys(names))
    return names[0] + (f" and {counted(len(names) - 1, 'other cell')}" if len(names) > 1 else "")
