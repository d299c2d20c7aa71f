"""The parts of a sharded measurement made whole again, and laid over the history so far.

A shard is a folder of what one machine measured, named ``sqlalchemy-2.0-shard-1-of-2``. In it, as in the history and
in the merged tree, are asv's results, ``results/MACHINE/COMMIT-ENVIRONMENT.json`` and ``results/benchmarks.json``, the
records behind them, ``leaks/COMMIT/ENVIRONMENT/STACK.json``, and results files of ``run``, ``leaks/NAME.json``. Shards
come in any order. Nothing that the history has is ever dropped: a figure, and the record behind it, gives way only to a
newer one of the same commit, environment, stack and scenario.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from find_mem_leaks import replacing, results
from find_mem_leaks.errors import UsageError

Document = dict[str, Any]

NAME = re.compile(r"sqlalchemy-(?P<series>[\d.]+)-shard-(?P<part>\d+)-of-(?P<parts>\d+)")
PART = re.compile(r"-shard-\d+-of-\d+$")
# Where things are: of a run, of a benchmark's records, and everything that the history may hold.
RESULTS_FILE = re.compile(r"leaks/[^/]+\.json")
RECORD = re.compile(r"leaks/(?P<commit>[^/]+)/(?:[^/]*SQLALCHEMY(?P<series>\d+(?:\.\d+)*))?[^/]*/[^/]+\.json")
PLACES = re.compile(rf"results/(?:[^/]+/)?[^/]+\.json|{RESULTS_FILE.pattern}|leaks/[^/]+/[^/]+/[^/]+\.json")
# What asv keeps per parameter of a benchmark; its other columns are of the benchmark as a whole.
LISTED = ("result", "samples", "profile")
STATISTICS = "stats_"
BENCHMARKS = "benchmarks.json"
MACHINE = "machine.json"
# Of a machine all but its name may differ from run to run of a hosted runner; memory does not depend on it, and asv
# would draw a line of its own for each.
HARDWARE = ("arch", "cpu", "num_cpu", "os", "ram")


def name(series: str, part: int, parts: int) -> str:
    """Return what a shard is called: part 1 of 2 of series 2.0 is ``sqlalchemy-2.0-shard-1-of-2``."""
    return f"sqlalchemy-{series}-shard-{part}-of-{parts}"


@dataclass(frozen=True)
class Shard:
    """Its name and the documents in it, by their paths below its folder."""

    name: str
    documents: Mapping[str, Document]

    @property
    def measured(self) -> dict[str, Document]:
        """asv's results of commits, without what describes machines and benchmarks."""
        return {path: document for path, document in self.documents.items() if _is_asv_result(path)}


def read(folder: Path, title: str | None = None) -> Shard:
    """A shard, or the history, from its folder; UsageError for a file that is none of theirs."""
    title = title or folder.name
    files = sorted(file for file in folder.rglob("*.json") if ".git" not in file.relative_to(folder).parts)
    return Shard(title, {file.relative_to(folder).as_posix(): _document(file, title) for file in files})


def _document(file: Path, title: str) -> Document:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise UsageError(f"{title}: {file.name} is damaged: measure again, or restore it if it is of the history")
    return document


def _is_asv_result(path: str) -> bool:
    return path.startswith("results/") and path.count("/") == 2 and not path.endswith(f"/{MACHINE}")


def expected(names: Iterable[str]) -> list[str]:
    """All shards that must be there if these are: the other parts of the same wholes."""
    wholes = {(match["series"], int(match["parts"])) for match in map(NAME.fullmatch, names) if match}
    return [name(series, part, parts) for series, parts in sorted(wholes) for part in range(1, parts + 1)]


def check(shards: Sequence[Shard], plan: Iterable[str] | None, commit: str | None) -> None:
    """UsageError that names every shard that is missing, empty, or from elsewhere.

    plan: the names of all shards, None to take what the names themselves say; commit: that every one measured.
    """
    present = [shard.name for shard in shards]
    planned = expected(present) if plan is None else list(plan)
    wrong = [f"{lost} is missing" for lost in planned if lost not in present]
    wrong += [f"{stray} is foreign: it is not in the plan" for stray in present if stray not in planned]
    wrong += [f"{shard.name} is {reason}" for shard in shards for reason in _reasons(shard, commit)]
    if not planned:
        raise UsageError("there is no shard at all: measure first")
    if wrong:
        raise UsageError(f"nothing is merged: {'; '.join(dict.fromkeys(wrong))}")


def _reasons(shard: Shard, commit: str | None) -> Iterator[str]:
    """What is wrong with a shard by itself."""
    if not any(_has_figures(path, document) for path, document in shard.documents.items()):
        yield "empty: nothing was measured"
    match = NAME.fullmatch(shard.name)
    for path, other, series in _origins(shard):
        if commit and not _same_commit(other, commit):
            yield f"foreign: {path} is of commit {other[:8]}, not of {commit[:8]}"
        if match and series and series != match["series"]:
            yield f"foreign: {path} is of SQLAlchemy {series}"
    for path in shard.documents:
        if not PLACES.fullmatch(path):
            yield f"foreign: {path} is nothing that was measured"


def _has_figures(path: str, document: Document) -> bool:
    """Records alone are none: asv writes its results last."""
    return bool(document.get("results")) if _is_asv_result(path) else bool(RESULTS_FILE.fullmatch(path))


def _origins(shard: Shard) -> Iterator[tuple[str, str, str | None]]:
    """The path of everything that is of a commit, the commit, and the SQLAlchemy series if it is known."""
    for path, document in shard.measured.items():
        yield path, str(document.get("commit_hash")), (document.get("env_vars") or {}).get("SQLALCHEMY")
    for match in filter(None, map(RECORD.fullmatch, shard.documents)):
        yield match[0], match["commit"], match["series"]


def _same_commit(one: str, other: str) -> bool:
    """Return whether both may be the same, of which either may be shortened."""
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def merge(shards: Iterable[Shard], history: Shard) -> dict[str, Document]:
    """The documents of all, by their paths: shards in the order of their names, over the history."""
    ordered = sorted(shards, key=lambda shard: shard.name)
    everything = reduce(_over, [shard.documents for shard in ordered], dict(history.documents))
    return _on_one_machine(everything)


def _over(old: Mapping[str, Document], new: Mapping[str, Document]) -> dict[str, Document]:
    merged = dict(old)
    for path, document in new.items():
        target = PART.sub("", path.removesuffix(".json")) + ".json"
        merged[target] = _combined(target, merged[target], document) if target in merged else document
    return merged


def _combined(path: str, old: Document, new: Document) -> Document:
    """Two documents of one path."""
    if _is_asv_result(path):
        return _asv_results(old, new)
    if path == f"results/{BENCHMARKS}":
        return {**old, **new}
    if path.endswith(f"/{MACHINE}"):
        return old
    return _cells(path, old, new)


def _cells(path: str, old: Document, new: Document) -> Document:
    """Results files by their cells; records by scenario, as asv's figures are: the newer one takes the place."""
    before, after = results.from_json(old, path), results.from_json(new, path)
    if path.count("/") == 1:
        return {**old, **new, **results.to_json(results.merge([before, after]))}
    cells = {cell.scenario: cell for cell in [*before, *after]}
    failed = {**old.get("failed", {}), **new.get("failed", {})}
    kept = {scenario: reason for scenario, reason in failed.items() if scenario not in cells}
    return {**old, **new, **results.to_json(cells.values()), "failed": kept}


def _asv_results(old: Document, new: Document) -> Document:
    """Two results files of asv of one commit and environment; the columns of both: versions of asv differ in them."""
    columns = list(dict.fromkeys([*new["result_columns"], *old["result_columns"]]))
    rows = {benchmark: _columns(old, row) for benchmark, row in old["results"].items()}
    for benchmark, row in new["results"].items():
        rows[benchmark] = _figures(rows.get(benchmark, {}), _columns(new, row))
    durations = {**old.get("durations", {}), **new.get("durations", {})}
    merged_rows = {benchmark: _row(columns, row) for benchmark, row in rows.items()}
    return {**old, **new, "result_columns": columns, "results": merged_rows, "durations": durations}


def _columns(document: Document, row: Sequence[Any]) -> Document:
    """A row by its columns' names; asv leaves out what is empty at its end."""
    names = document["result_columns"]
    return dict(zip(names, [*row, *[None] * (len(names) - len(row))], strict=True))


def _row(columns: Sequence[str], named: Mapping[str, Any]) -> list[Any]:
    row = [named.get(column) for column in columns]
    while row and row[-1] is None:
        row.pop()
    return row


def _figures(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """One benchmark's columns: the new ones, but for the parameters that only the old ones have a figure of.

    The parameters are those of both. Where the version differs, or how many parameters there are, the old figures mean
    something else, and the new ones stand alone.
    """
    axes = [list(columns.get("params") or ()) for columns in (old, new)]
    if not old or old.get("version") != new.get("version") or len(axes[0]) != len(axes[1]):
        return dict(new)
    both = [list(dict.fromkeys([*after, *before])) for before, after in zip(*axes, strict=True)]
    before, after = (_over_parameters(columns, both) for columns in (old, new))
    fresh = [_is_figure(value) for value in after["result"]]
    merged = {**old, **new, "params": both or new.get("params")}
    nothing = [None] * len(fresh)
    for column in {**before, **after}:
        pairs = zip(fresh, after.get(column, nothing), before.get(column, nothing), strict=True)
        merged[column] = _packed([value if taken else earlier for taken, value, earlier in pairs])
    return merged


def _over_parameters(columns: Mapping[str, Any], axes: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """The columns that have a value per parameter, each over all combinations of the axes, None where it has none."""
    own = list(itertools.product(*(columns.get("params") or ())))
    spread = {}
    for column, value in columns.items():
        if column in LISTED or column.startswith(STATISTICS):
            by_parameters = dict(zip(own, _spread(value, len(own)), strict=True))
            spread[column] = [by_parameters.get(combination) for combination in itertools.product(*axes)]
    return spread


def _spread(value: Any, count: int) -> list[Any]:
    """A column's value for each parameter: asv writes nothing where all are empty."""
    return list(value) if isinstance(value, list) and len(value) == count else [value] * count


def _packed(values: list[Any]) -> Any:
    return None if all(value is None for value in values) else values


def _is_figure(value: Any) -> bool:
    """Return whether asv has a figure: it writes null for a failure and NaN for what does not apply."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _on_one_machine(documents: Mapping[str, Document]) -> dict[str, Document]:
    """The results as if all of a machine's name were of one hardware, the first that was recorded under it."""
    alike = dict(documents)
    for path, document in documents.items():
        described = documents.get(f"{path.rpartition('/')[0]}/{MACHINE}")
        if described and _is_asv_result(path):
            hardware = {key: described[key] for key in HARDWARE if key in described}
            alike[path] = {**document, "params": {**document.get("params", {}), **hardware}}
    return alike


def write(folder: Path, documents: Mapping[str, Document]) -> None:
    """Each document in its place, each replaced in one step."""
    for path, document in documents.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        replacing.write(file, json.dumps(document).encode())
