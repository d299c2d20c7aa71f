"""The records of a run and the file that holds them; merging several files into one list of cells.

The file is one JSON object (schema in docs/results-format.md). It is replaced as a whole whenever a cell is done, by
renaming a finished file over the old one, so it is never half-written.
"""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from find_mem_leaks import decoding, replacing
from find_mem_leaks.culprit import Culprit
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.criteria import Outcome
from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.judging.failure import Failure
from find_mem_leaks.judging.growth import Interval
from find_mem_leaks.judging.probes import PROBES
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import FIELDS, Cap, Child, Held, Round, Sample, Series, Unended
from find_mem_leaks.judging.trials import Trial
from find_mem_leaks.judging.truths import is_true
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.subjects import scenarios

SCHEMA_VERSION = 3
# A results file with this ending is compressed.
COMPRESSED = ".xz"
# Readings that files of before they were taken have not, and what stands for them.
LATER_READINGS = {each.name: each.default for each in fields(Sample) if each.default is not MISSING}
# What a record has beside the fields of a cell, and of a round, for readers that are not this tool.
DERIVED = ("limit_bytes_per_operation", "confidence")
DERIVED_OF_ROUND = ("seconds", "live_bytes", "blocks")

Key = tuple[str, str, str, frozenset[tuple[str, str | None]]]


def key(stack: str, scenario: str, python: str, packages: Mapping[str, str | None]) -> Key:
    """Return what makes two records the same cell: stack, scenario and all versions."""
    return stack, scenario, python, frozenset(packages.items())


@dataclass(frozen=True)
class Cell:
    """One stack under one scenario in one environment, and what became of it.

    Attributes:
        stack: the full label.
        scenario: name of the scenario.
        mix: shares of create, read, update, delete; None for a person's own workload.
        sqlalchemy, python, packages: versions of what was measured.
        protocol: ``auto`` or ``fixed``.
        seed: random seed for the order of operations.
        operations, seconds: those after the warm-up.
        wall_seconds: seconds that the cell took, without its explanation.
        rounds, caps, children: what was measured; ``caps`` are the containers that grew, where those were asked for;
            ``children`` are the processes below the measured one, where there were any.
        held: what timers hold for a while, of clients that misbehave.
        unended: the tasks of a served application that never end.
        answers: how many answers there were of each status, of an application.
        options: those of the call that it was measured by, as far as the other values don't tell; None where they were
            not recorded. Secrets are not in them.
        rules: what the verdict takes.
        last: whether nothing more was to come when it was judged.
        verdict, reason: the verdict and one sentence.
        convicted_by: keys of the probes whose growth made it leaking.
        bytes_per_operation, interval: growth of memory after the warm-up; None where too little was measured.
        growth: the same for each probe by its key, in its own unit per operation.
        unread: errors of the probes that the measured process could not read, and why it could not read a part of live
            bytes, by their keys.
        allocator: the allocators of Python's objects and of native memory, as in ``pymalloc, glibc 2.36``; empty where
            that was not recorded.
        tests: what became of each test of the verdict.
        deployed: what its hands-off part read; None where there was none.
        not_deployed: why there was none, one line; None where it was not tried.
        trials: runs of its hands-off part with one thing changed, the one as it is first; empty where none was made.
        file: a person's own workload; None for a stack that ships.
        test: what pytest calls it, of a test; None of all else.
        database: the driver of the server that the stack worked on; None for a SQLite file, or no database of ours.
        error: why an operation or the cell itself failed, one line; None if nothing did.
        skipped: why it was not measured, one line; None if it was.
        remark: what is to be known of what grows, one line; None if nothing is.
        unseen: why not all of it was seen, so that it is never acquitted; None if it may be.
        failure: what is known of the operation that failed; None where that is not known, or none did.
        interrupted: whether it was stopped by hand.
        truth: of a control, the verdict that is known to be true of it.
        time_cap: seconds that it might take; None where that was not recorded.
        culprits: where it leaks, the likeliest first.
        explained: what looking for culprits saw or could not see, one line; None where it was not done.
        not_explained: why that was broken off, one line; None where it was not.
        explaining_seconds: seconds that this took.
    """

    stack: str
    scenario: str
    mix: tuple[float, float, float, float] | None
    sqlalchemy: str | None
    python: str
    packages: Mapping[str, str | None]
    protocol: str
    seed: int
    operations: int
    seconds: float
    wall_seconds: float
    rounds: tuple[Round, ...]
    caps: tuple[Cap, ...] = ()
    children: tuple[Child, ...] = ()
    held: tuple[Held, ...] = ()
    unended: tuple[Unended, ...] = ()
    answers: Mapping[str, int] = field(default_factory=dict)
    options: tuple[str, ...] | None = None
    rules: Rules = field(default_factory=Rules)
    last: bool = True
    verdict: Verdict = Verdict.FAILED
    reason: str = ""
    convicted_by: tuple[str, ...] = ()
    bytes_per_operation: float | None = None
    interval: tuple[float, float] | None = None
    growth: Mapping[str, Interval] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    allocator: str = ""
    tests: tuple[Outcome, ...] = ()
    deployed: Deployed | None = None
    not_deployed: str | None = None
    trials: tuple[Trial, ...] = ()
    file: str | None = None
    test: str | None = None
    database: str | None = None
    error: str | None = None
    skipped: str | None = None
    remark: str | None = None
    unseen: str | None = None
    failure: Failure | None = None
    interrupted: bool = False
    truth: str | None = None
    time_cap: float | None = None
    culprits: tuple[Culprit, ...] = ()
    explained: str | None = None
    not_explained: str | None = None
    explaining_seconds: float | None = None

    @property
    def limit_bytes_per_operation(self) -> float:
        """Return what the upper bound of a clean cell stays under."""
        return self.rules.effective_limit

    @property
    def confidence(self) -> float:
        return self.rules.confidence

    @property
    def waited_seconds(self) -> float:
        """Seconds that a person waited for it, its explanation included."""
        return self.wall_seconds + (self.explaining_seconds or 0.0)

    @property
    def reads_as_its_truth(self) -> bool:
        """Return whether it is a control whose verdict says what is known to be true: that it leaks, or that it
        doesn't."""
        return is_true(self.verdict, self.truth)

    @property
    def grows_hands_off(self) -> bool:
        """Return whether only its hands-off part convicts it: nothing stays that a collection would not free."""
        return self.verdict is Verdict.LEAKING and not any(probe.key in self.convicted_by for probe in PROBES)

    @property
    def predates_tests(self) -> bool:
        """Return whether it was judged before records held tests, horizons and containers: it has figures, and no
        test."""
        return bool(self.growth) and not self.tests

    @cached_property
    def as_json(self) -> str:
        """Its record: made once, though its file is written again with each cell that comes after it."""
        return json.dumps(_cell_to_json(self))

    @property
    def key(self) -> Key:
        return key(self.stack, self.scenario, self.python, self.packages)

    @property
    def series(self) -> Series:
        return Series(self.rounds, self.caps, self.children, self.held, self.unended, self.answers)


def to_json(cells: Iterable[Cell]) -> dict[str, Any]:
    """The document of docs/results-format.md."""
    return {"schema_version": SCHEMA_VERSION, "cells": [_cell_to_json(cell) for cell in cells]}


def _cell_to_json(cell: Cell) -> dict[str, Any]:
    record = asdict(replace(cell, rounds=()))
    if cell.deployed:
        record["deployed"]["account"] = dict(cell.deployed.full_account)
    record |= {name: getattr(cell, name) for name in DERIVED}
    record["rounds"] = [_round_to_json(round_) for round_ in cell.rounds]
    return record


def _round_to_json(round_: Round) -> dict[str, Any]:
    record = asdict(replace(round_, samples=()))
    return {**record, **{name: getattr(round_, name) for name in DERIVED_OF_ROUND}, "samples": round_.values}


def from_json(document: Any, source: str) -> list[Cell]:
    """The cells of a document; UsageError, naming ``source``, if it is none or of a newer schema."""
    version = document.get("schema_version") if isinstance(document, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise UsageError(
            f"{source} has schema {version}, this version reads up to {SCHEMA_VERSION}: upgrade find-mem-leaks"
        )
    try:
        if version not in range(1, SCHEMA_VERSION + 1) or isinstance(version, bool):
            raise ValueError
        return _named([_cell_from_json(_upgraded(record) if version == 1 else record) for record in document["cells"]])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise UsageError(f"{source} is not a results file of find-mem-leaks, or is damaged: run it again") from None


def _named(cells: Sequence[Cell]) -> list[Cell]:
    """The cells under names that are true of them: older files call a balanced scenario after a number of operations
    that it did not carry out. Where that would make one cell of two, the later one keeps its name."""
    keys = {cell.key for cell in cells}
    named = []
    for cell in cells:
        renamed = replace(cell, scenario=_true_name(cell))
        named.append(cell if renamed.key in keys else renamed)
        keys.add(named[-1].key)
    return named


def _true_name(cell: Cell) -> str:
    """The scenario's name; of a fixed cell whose first round may have been broken off the one that it has."""
    fixed = cell.protocol == "fixed"
    if cell.file or (fixed and len(cell.rounds) < 2):
        return cell.scenario
    return scenarios.carried_out(cell.scenario, cell.rounds[0].operations if fixed else None)


def _upgraded(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record of schema 1, which kept neither containers nor tests, and of the rules only these two."""
    values = dict(record)
    rules = Rules(limit=values["limit_bytes_per_operation"], confidence=values["confidence"], hourly=0.0)
    growth = {name.replace(" ", "_"): interval for name, interval in values["growth"].items()}
    convicted_by = [name.replace(" ", "_") for name in values["convicted_by"]]
    kept = {"rules": asdict(rules), "last": True, "caps": (), "tests": ()}
    return {**values, **kept, "growth": growth, "convicted_by": convicted_by}


def _cell_from_json(record: Mapping[str, Any]) -> Cell:
    values = {name: value for name, value in record.items() if name not in DERIVED}
    # Records of before a limit went by the pace of operations, and an acquittal took so many, lack these.
    values["rules"] = {"hourly": 0.0, "pace": 0.0, "fewest": 0, **values["rules"]}
    if values.get("deployed"):
        values["deployed"] = {name: value for name, value in values["deployed"].items() if name != "account"}
    rounds = tuple(map(_round_from_json, values.pop("rounds")))
    cell = decoding.record(Cell, values, rounds=rounds)
    if not all(culprit.stack for culprit in cell.culprits):
        raise ValueError
    if cell.deployed and not isinstance(cell.deployed.left_over, int):
        raise TypeError
    return cell


def _round_from_json(record: Mapping[str, Any]) -> Round:
    values = {name: value for name, value in record.items() if name not in {*DERIVED_OF_ROUND, "samples"}}
    samples = tuple(_samples_from_json(record["samples"]))
    if not samples:
        raise ValueError
    return decoding.record(Round, values, samples=samples)


def _samples_from_json(columns: Mapping[str, list[Any]]) -> Iterator[Sample]:
    """The samples of a round; columns that are no fields of theirs are counts."""
    number = len(columns["operations"])
    every = {name: [default] * number for name, default in LATER_READINGS.items()} | {**columns}
    for row in zip(*every.values(), strict=True):
        values = dict(zip(every, row, strict=True))
        readings = {name: values.pop(name) for name in FIELDS}
        yield Sample(**readings, counts=values)


def read(path: Path) -> list[Cell]:
    """The cells of a results file; UsageError if it cannot be read or is none."""
    try:
        content = path.read_bytes()
        document = json.loads(lzma.decompress(content) if path.suffix == COMPRESSED else content)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): give a results file that `run -o` wrote") from None
    except (ValueError, RecursionError, lzma.LZMAError):
        raise UsageError(f"{path} is not a results file of find-mem-leaks, or is damaged: run it again") from None
    return from_json(document, str(path))


def write(path: Path, cells: Sequence[Cell]) -> None:
    """Replace the file by one with these cells, in one step; OSError if that fails, the old file then stands."""
    records = ", ".join(cell.as_json for cell in cells)
    content = f'{{"schema_version": {SCHEMA_VERSION}, "cells": [{records}]}}'.encode()
    replacing.write(path, lzma.compress(content) if path.suffix == COMPRESSED else content)


def merge(lists: Iterable[Iterable[Cell]]) -> list[Cell]:
    """All cells in their order; of two records of one cell the later one stands, in the earlier one's place.

    UsageError if two files of a person's own share a name, and with it their cells; or one on two databases.
    """
    merged: dict[Key, Cell] = {}
    for cells in lists:
        for cell in cells:
            before = merged.get(cell.key)
            if before and (two := two_in_one(before, cell.file, cell.database)):
                one, other = two
                raise UsageError(
                    f"{one} and {other} are both called {cell.stack}: give them in two calls, or rename one"
                )
            merged[cell.key] = cell
    return list(merged.values())


def two_in_one(cell: Cell, file: str | None, database: str | None) -> tuple[str, str] | None:
    """Return a cell of a person's own and what has its name, in words, if they are not the same: two files, or one on
    two databases, which no name tells."""
    if not cell.file or not file:
        return None
    if os.path.normpath(cell.file) != os.path.normpath(file):
        return cell.file, file
    if cell.database != database:
        return f"{file} on {cell.database or 'no server'}", f"{file} on {database or 'no server'}"
    return None
