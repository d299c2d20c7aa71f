"""``compare``: two results side by side, cell by cell; does the second leak where the first did not?"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
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
    """The cells of both, by stack and scenario, each with the one that was measured in the most similar environment.

    The SQLAlchemy series in a label is part of it only where one file holds several series: two files of one series
    each are compared with each other. Of cells that are equally similar a leaking one speaks for all.
    """
    strip = all(len({_series(cell) for cell in cells} - {""}) == 1 for cells in (first, second))
    before, after = (_by_name(cells, strip=strip) for cells in (first, second))
    return [
        pair
        for name in dict.fromkeys([*before, *after])
        for pair in _named(*name, list(_pairs(before.get(name, []), after.get(name, []))))
    ]


def _by_name(cells: Sequence[Cell], *, strip: bool) -> dict[tuple[str, str], list[Cell]]:
    by_name: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        stack = cell.stack.removeprefix(_series(cell)) if strip else cell.stack
        by_name.setdefault((stack, cell.scenario), []).append(cell)
    return by_name


def _pairs(before: Iterable[Cell], after: Iterable[Cell]) -> Iterator[tuple[Cell | None, Cell | None]]:
    """The cells of one name in twos: those of the same Python and packages, then those of the same Python, then the
    others; a cell alone where the other side has no more."""
    for environment in (_environment, _python, _minor, _any):
        old, new = (_by(environment, cells) for cells in (before, after))
        yield from ((_speaker(old[each]), _speaker(new[each])) for each in old if each in new)
        before, after = _only_in(old, new), _only_in(new, old)
    yield from ((cell, None) for cell in before)
    yield from ((None, cell) for cell in after)


def _environment(cell: Cell) -> Hashable:
    return cell.python, frozenset(cell.packages.items())


def _python(cell: Cell) -> Hashable:
    return cell.python


def _minor(cell: Cell) -> Hashable:
    return cell.python.split(".")[:2][-1]


def _any(_: Cell) -> Hashable:
    return None


def _by(environment: Callable[[Cell], Hashable], cells: Iterable[Cell]) -> dict[Hashable, list[Cell]]:
    by_environment: dict[Hashable, list[Cell]] = {}
    for cell in cells:
        by_environment.setdefault(environment(cell), []).append(cell)
    return by_environment


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
