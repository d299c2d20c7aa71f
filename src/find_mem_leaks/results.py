"""The records of a run and the file that holds them; merging several files into one list of cells.

The file is one JSON object (schema in docs/results-format.md). It is replaced as a whole whenever a cell is done, by
renaming a finished file over the old one, so it is never half-written.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, asdict, dataclass, fields
from pathlib import Path
from typing import Any

from find_mem_leaks.errors import UsageError
from find_mem_leaks.explaining.culprit import Culprit, Frame
from find_mem_leaks.judging.growth import Interval
from find_mem_leaks.judging.series import Round, Sample, Series
from find_mem_leaks.judging.verdict import Verdict

SCHEMA_VERSION = 1
SAMPLE_FIELDS = tuple(field.name for field in fields(Sample))


Key = tuple[str, str, str, frozenset[tuple[str, str | None]]]


def key(stack: str, scenario: str, python: str, packages: Mapping[str, str | None]) -> Key:
    """What makes two records the same cell: stack, scenario and all versions."""
    return stack, scenario, python, frozenset(packages.items())


@dataclass(frozen=True)
class Cell:
    """One stack under one scenario in one environment, and what became of it.

    stack: the full label; mix: shares of create, read, update, delete, None for a person's own workload; convicted_by:
    the probes whose growth made it leaking; bytes_per_operation with its interval: growth of memory after the warm-up,
    None where too little was measured; growth: the same for each probe by its name, in its own unit per operation;
    limit_bytes_per_operation: what a clean cell's interval stays under; operations and seconds: after the warm-up;
    error: the reason of a failed cell, one line; interrupted: stopped by hand; truth: of a control, the verdict that is
    known to be true of it; culprits: where it leaks, the likeliest first; explained: what looking for them found or
    could not see, one line, None where it was not done; explaining_seconds: how long that took.
    """

    stack: str
    scenario: str
    mix: tuple[float, float, float, float] | None
    sqlalchemy: str | None
    python: str
    packages: Mapping[str, str | None]
    protocol: str
    seed: int
    verdict: Verdict
    reason: str
    convicted_by: tuple[str, ...]
    bytes_per_operation: float | None
    interval: tuple[float, float] | None
    growth: Mapping[str, Interval]
    limit_bytes_per_operation: float
    confidence: float
    operations: int
    seconds: float
    wall_seconds: float
    rounds: tuple[Round, ...]
    file: str | None = None
    error: str | None = None
    interrupted: bool = False
    truth: str | None = None
    culprits: tuple[Culprit, ...] = ()
    explained: str | None = None
    explaining_seconds: float | None = None

    @property
    def reads_as_its_truth(self) -> bool:
        """Whether it is a control whose verdict says what is known to be true: that it leaks, or that it doesn't."""
        if self.truth == Verdict.LEAKING:
            return self.verdict is Verdict.LEAKING
        return self.truth is not None and self.verdict in {Verdict.CLEAN, Verdict.BOUNDED}

    @property
    def key(self) -> Key:
        return key(self.stack, self.scenario, self.python, self.packages)

    @property
    def series(self) -> Series:
        return Series(self.rounds)


def to_json(cells: Iterable[Cell]) -> dict[str, Any]:
    """The document of docs/results-format.md."""
    return {"schema_version": SCHEMA_VERSION, "cells": [_cell_to_json(cell) for cell in cells]}


def _cell_to_json(cell: Cell) -> dict[str, Any]:
    record = asdict(cell)
    record["rounds"] = [_round_to_json(round_) for round_ in cell.rounds]
    return record


def _round_to_json(round_: Round) -> dict[str, Any]:
    record = asdict(round_)
    record["seconds"] = round_.seconds
    record["live_bytes"] = round_.live_bytes
    record["blocks"] = round_.blocks
    record["samples"] = {name: [getattr(sample, name) for sample in round_.samples] for name in SAMPLE_FIELDS}
    return record


def from_json(document: Any, source: str) -> list[Cell]:
    """The cells of a document; UsageError, naming ``source``, if it is none or of a newer schema."""
    version = document.get("schema_version") if isinstance(document, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise UsageError(
            f"{source} has schema {version}, this version reads up to {SCHEMA_VERSION}: upgrade find-mem-leaks"
        )
    try:
        if version != SCHEMA_VERSION:
            raise ValueError
        return [_cell_from_json(record) for record in document["cells"]]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise UsageError(f"{source} is no results file of find-mem-leaks, or is damaged: run it again") from None


def _cell_from_json(record: Mapping[str, Any]) -> Cell:
    values = dict(record)
    values["verdict"] = Verdict(values["verdict"])
    for name in ("mix", "interval"):
        values[name] = tuple(values[name]) if values[name] is not None else None
    values["convicted_by"] = tuple(values["convicted_by"])
    values["growth"] = {name: Interval(**interval) for name, interval in values["growth"].items()}
    values["rounds"] = tuple(_round_from_json(round_) for round_ in values["rounds"])
    values["culprits"] = tuple(_culprit_from_json(culprit) for culprit in values.get("culprits", ()))
    cell = Cell(**values)
    _check(cell)
    return cell


def _check(cell: Cell) -> None:
    """Raise TypeError or ValueError for values that no run writes."""
    texts = (cell.stack, cell.scenario, cell.python, cell.reason, cell.protocol, cell.truth or "", *cell.convicted_by)
    numbers = (cell.limit_bytes_per_operation, cell.confidence, cell.operations, cell.seconds, cell.wall_seconds)
    rates = (cell.bytes_per_operation, *(cell.interval or ()), *(cell.mix or ()))
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    if not all(version is None or isinstance(version, str) for version in cell.packages.values()):
        raise TypeError
    if not all(number is None or isinstance(number, int | float) for number in (*numbers, *rates)) or None in numbers:
        raise TypeError
    if len(cell.interval or (0, 0)) != 2 or len(cell.mix or (0,) * 4) != 4:
        raise ValueError
    if not all(round_.samples for round_ in cell.rounds):
        raise ValueError


def _culprit_from_json(record: Mapping[str, Any]) -> Culprit:
    culprit = Culprit(**{**record, "stack": tuple(Frame(**frame) for frame in record["stack"])})
    texts = [text for frame in culprit.stack for text in (frame.function, frame.file)]
    numbers = [culprit.allocations, culprit.bytes, *(frame.line for frame in culprit.stack)]
    if not all(isinstance(text, str) for text in (*texts, culprit.type or "", culprit.holder or "")):
        raise TypeError
    if not culprit.stack or not all(isinstance(number, int | float) for number in numbers):
        raise TypeError
    return culprit


def _round_from_json(record: Mapping[str, Any]) -> Round:
    values = {name: value for name, value in record.items() if name not in {"seconds", "live_bytes", "blocks"}}
    samples = values["samples"]
    columns = [_column(samples, field) for field in fields(Sample)]
    values["samples"] = tuple(Sample(*row) for row in zip(*columns, strict=True))
    values["counts"] = tuple(values["counts"])
    return Round(**values)


def _column(samples: Mapping[str, list[Any]], field: Field[Any]) -> list[Any]:
    """A reading of all samples; its default in files of before it was taken."""
    if field.default is MISSING or field.name in samples:
        return samples[field.name]
    return [field.default] * len(samples["operations"])


def read(path: Path) -> list[Cell]:
    """The cells of a results file; UsageError if it cannot be read or is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): give a results file that `run -o` wrote") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{path} is no results file of find-mem-leaks, or is damaged: run it again") from None
    return from_json(document, str(path))


def write(path: Path, cells: Sequence[Cell]) -> None:
    """Replace the file by one with these cells, in one step; OSError if that fails, the old file then stands."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".find-mem-leaks.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(to_json(cells), file)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def merge(lists: Iterable[Iterable[Cell]]) -> list[Cell]:
    """All cells in their order; of two records of one cell the later one stands, in the earlier one's place."""
    merged: dict[Key, Cell] = {}
    for cells in lists:
        for cell in cells:
            merged[cell.key] = cell
    return list(merged.values())
