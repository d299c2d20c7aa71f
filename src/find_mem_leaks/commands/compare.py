"""``compare``: two results side by side, cell by cell; does the second leak where the first did not?"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from find_mem_leaks import errors, results
from find_mem_leaks.commands.options import Verb, option
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports import comparison, terminal
from find_mem_leaks.reports.comparison import Pair
from find_mem_leaks.results import Cell

VERB = Verb(
    "compare",
    "show two results side by side",
    option("a A", "results before", Path),
    option("b B", "results after", Path),
    option("--json", "print JSON instead of a table"),
    option("--strict", "exit with 4 if a cell leaks in B, and A neither leaks nor rules it out"),
    description="Show two results files side by side; exit with 3 if a cell leaks in B whose leak A rules out or did "
    "not measure.",
)


def run(arguments: argparse.Namespace) -> int:
    pairs = match(results.read(arguments.a), results.read(arguments.b))
    if arguments.json:
        print(json.dumps(comparison.to_json(pairs), indent=2))
    else:
        comparison.render(pairs, terminal.console())
    if any(pair.is_new_leak for pair in pairs):
        return errors.LEAK
    undecided = arguments.strict and any(pair.is_undecided for pair in pairs)
    return errors.INCONCLUSIVE if undecided else errors.CLEAN


def match(first: Sequence[Cell], second: Sequence[Cell]) -> list[Pair]:
    """The cells of both, by stack and scenario.

    The SQLAlchemy series in a label is part of it only where one file holds several series: two files of one series
    each are compared with each other. So is the Python of a cell only where both files hold the same several ones.
    Where a file has a cell more than once, a leaking one speaks for it.
    """
    strip = all(len({_series(cell) for cell in cells} - {""}) == 1 for cells in (first, second))
    pythons, others = ({cell.python for cell in cells} for cells in (first, second))
    apart = pythons == others and len(pythons) > 1
    before, after = (_by_name(cells, strip=strip, apart=apart) for cells in (first, second))
    return [Pair(*name, before.get(name), after.get(name)) for name in dict.fromkeys([*before, *after])]


def _by_name(cells: Sequence[Cell], *, strip: bool, apart: bool) -> dict[tuple[str, str], Cell]:
    by_name: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        stack = cell.stack.removeprefix(_series(cell)) if strip else cell.stack
        scenario = f"{cell.scenario} (Python {cell.python})" if apart else cell.scenario
        kept = by_name.get((stack, scenario))
        if kept is None or cell.verdict is Verdict.LEAKING:
            by_name[stack, scenario] = cell
    return by_name


def _series(cell: Cell) -> str:
    """The prefix of a label that names the SQLAlchemy series; empty for a person's own workload."""
    head, separator, _ = cell.stack.partition("x_")
    return head + separator if cell.file is None and separator and head.startswith("sqlalchemy") else ""
