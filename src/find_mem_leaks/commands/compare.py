"""``compare``: two results side by side, cell by cell; does the second leak where the first did not?"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

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

T = TypeVar("T", bound=Hashable)
# What two cells have in common: all versions, that of Python, its minor version, nothing.
ENVIRONMENTS: tuple[Callable[[Cell], Hashable], ...] = (
    lambda cell: (cell.python, frozenset(cell.packages.items())),
    lambda cell: cell.python,
    lambda cell: cell.python.rpartition(".")[0],
    lambda _: None,
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
    """The cells of both, by stack and scenario, each with the one that was measured in the most similar environment.

    The SQLAlchemy series in a label is part of it only where one file holds several series: two files of one series
    each are compared with each other. Of cells that are equally similar a leaking one speaks for all.
    """
    strip = all(len({_series(cell) for cell in cells} - {""}) == 1 for cells in (first, second))

    def name(cell: Cell) -> tuple[str, str]:
        return cell.stack.removeprefix(_series(cell)) if strip else cell.stack, cell.scenario

    before, after = _by(name, first), _by(name, second)
    names = dict.fromkeys([*before, *after])
    return [pair for each in names for pair in _named(*each, [*_pairs(before.get(each, []), after.get(each, []))])]


def _by(key: Callable[[Cell], T], cells: Iterable[Cell]) -> dict[T, list[Cell]]:
    by_key: dict[T, list[Cell]] = {}
    for cell in cells:
        by_key.setdefault(key(cell), []).append(cell)
    return by_key


def _pairs(before: Iterable[Cell], after: Iterable[Cell]) -> Iterator[tuple[Cell | None, Cell | None]]:
    """The cells of one name in twos, the most similar environments first; a cell alone where the other side has no
    more."""
    for environment in ENVIRONMENTS:
        old, new = _by(environment, before), _by(environment, after)
        yield from ((_speaker(old[each]), _speaker(new[each])) for each in old if each in new)
        before, after = _only_in(old, new), _only_in(new, old)
    yield from ((cell, None) for cell in before)
    yield from ((None, cell) for cell in after)


def _only_in(one: Mapping[Hashable, list[Cell]], other: Mapping[Hashable, list[Cell]]) -> list[Cell]:
    return [cell for environment, cells in one.items() if environment not in other for cell in cells]


def _speaker(cells: Sequence[Cell]) -> Cell:
    return next((cell for cell in cells if cell.verdict is Verdict.LEAKING), cells[0])


def _named(stack: str, scenario: str, pairs: Sequence[tuple[Cell | None, Cell | None]]) -> Iterator[Pair]:
    """The pairs of one name; of several, each with the versions in which they differ."""
    all_versions = [_versions(new or old) for old, new in pairs]
    same = set.intersection(*map(set, all_versions))
    for (old, new), versions in zip(pairs, all_versions, strict=True):
        apart = ", ".join(f"{name} {version}" for name, version in versions if (name, version) not in same)
        yield Pair(stack, f"{scenario} ({apart})" if apart else scenario, old, new)


def _versions(cell: Cell | None) -> list[tuple[str, str]]:
    """Versions of Python and of the packages."""
    if cell is None:
        return []
    return [("Python", cell.python), *((name, version) for name, version in cell.packages.items() if version)]


def _series(cell: Cell) -> str:
    """The prefix of a label that names the SQLAlchemy series; empty for a person's own workload."""
    head, separator, _ = cell.stack.partition("x_")
    return head + separator if cell.file is None and separator and head.startswith("sqlalchemy") else ""
