"""The records of a run and the file that holds them; merging several files into one list of cells.

The file is one JSON object (schema in docs/results-format.md). It is replaced as a whole whenever a cell is done, by
renaming a finished file over the old one, so it is never half-written.
"""

from __future__ import annotations

import json
import lzma
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, astuple, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.criteria import Outcome
from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.judging.failure import Ceiling, Failure, Raised
from find_mem_leaks.judging.growth import Interval
from find_mem_leaks.judging.hands_off import with_hands_off
from find_mem_leaks.judging.probes import BY_KEY, PROBES, unread
from find_mem_leaks.judging.rules import Horizon, Rules
from find_mem_leaks.judging.series import FIELDS, Cap, Child, Held, Round, Sample, Series, Unended
from find_mem_leaks.judging.trials import Trial
from find_mem_leaks.judging.truths import is_true
from find_mem_leaks.judging.verdict import ACQUITTED, Judgement, Verdict, judge, judge_failed, within_what_was_read
from find_mem_leaks.subjects import scenarios

SCHEMA_VERSION = 3
# A results file with this ending is compressed.
COMPRESSED = ".xz"
# Readings that files of before they were taken have not, and what stands for them.
LATER_READINGS = {each.name: each.default for each in fields(Sample) if each.default is not MISSING}


Key = tuple[str, str, str, frozenset[tuple[str, str | None]]]


def key(stack: str, scenario: str, python: str, packages: Mapping[str, str | None]) -> Key:
    """What makes two records the same cell: stack, scenario and all versions."""
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
        """What the upper bound of a clean cell stays under."""
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
        """Whether it is a control whose verdict says what is known to be true: that it leaks, or that it doesn't."""
        return is_true(self.verdict, self.truth)

    @property
    def grows_hands_off(self) -> bool:
        """Whether only its hands-off part convicts it: nothing in it leaks, and no line is to be found."""
        return self.verdict is Verdict.LEAKING and not any(probe.key in self.convicted_by for probe in PROBES)

    @property
    def predates_tests(self) -> bool:
        """Whether it was judged before records held tests, horizons and containers: it has figures, and no test."""
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


def judged(cell: Cell, rules: Rules) -> Cell:
    """Judge a cell by what its record holds, without measuring; one that failed for want of what grew leaks.

    Nothing is said of probes that it has no readings of.
    """
    if cell.skipped:
        return replace(cell, rules=rules, verdict=Verdict.SKIPPED, reason=cell.skipped)
    rules = rules.at_pace_of(cell.series)
    judgement = _judgement(cell, rules)
    if judgement is None:
        return replace(cell, rules=rules, verdict=Verdict.FAILED, reason=cell.error or "")
    if cell.unseen and judgement.verdict in ACQUITTED:
        return replace(cell, rules=rules, verdict=Verdict.SKIPPED, reason=cell.unseen)
    size, missing = judgement.bytes, unread(cell.series.columns())
    return replace(
        cell,
        rules=rules,
        verdict=judgement.verdict,
        reason="; ".join([judgement.reason, *([cell.error] if cell.error else []), *_not_read(cell.unread)]),
        convicted_by=judgement.convicted_by,
        bytes_per_operation=size.rate if size else None,
        interval=(size.low, size.high) if size else None,
        growth={key: growth for key, growth in judgement.growth.items() if key not in missing},
        tests=tuple(outcome for outcome in judgement.tests if outcome.probe not in missing),
    )


def _judgement(cell: Cell, rules: Rules) -> Judgement | None:
    """That of the measured process as far as it was read, with what the hands-off part adds; None if it failed."""
    measured = _of_measured(cell, rules)
    if measured is None:
        return None
    judgement = within_what_was_read(measured, cell.unread)
    if cell.deployed:
        return with_hands_off(judgement, cell.deployed, rules, cell.held)
    if cell.not_deployed and judgement.verdict in ACQUITTED:
        return replace(judgement, verdict=Verdict.INCONCLUSIVE, reason=f"as deployed not seen: {cell.not_deployed}")
    return judgement


def _of_measured(cell: Cell, rules: Rules) -> Judgement | None:
    """That of what was measured; None if it failed."""
    if cell.error is None:
        return judge(cell.series, rules, last=cell.last)
    return judge_failed(cell.series, rules, cell.failure) if cell.failure else None


def _not_read(errors: Mapping[str, str]) -> list[str]:
    return [f"{BY_KEY[key].name} not read ({error})" for key, error in errors.items() if key in BY_KEY]


def to_json(cells: Iterable[Cell]) -> dict[str, Any]:
    """The document of docs/results-format.md."""
    return {"schema_version": SCHEMA_VERSION, "cells": [_cell_to_json(cell) for cell in cells]}


def _cell_to_json(cell: Cell) -> dict[str, Any]:
    record = asdict(replace(cell, rounds=()))
    if cell.deployed:
        record["deployed"]["account"] = dict(cell.deployed.full_account)
    record["limit_bytes_per_operation"], record["confidence"] = cell.limit_bytes_per_operation, cell.confidence
    record["rounds"] = [_round_to_json(round_) for round_ in cell.rounds]
    return record


def _round_to_json(round_: Round) -> dict[str, Any]:
    record = asdict(replace(round_, samples=()))
    record["seconds"] = round_.seconds
    record["live_bytes"] = round_.live_bytes
    record["blocks"] = round_.blocks
    record["samples"] = round_.values
    return record


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
    values = dict(record)
    for derived in ("limit_bytes_per_operation", "confidence"):
        del values[derived]
    values["verdict"] = Verdict(values["verdict"])
    for name in ("mix", "interval"):
        values[name] = tuple(values[name]) if values[name] is not None else None
    values["convicted_by"] = tuple(values["convicted_by"])
    values["growth"] = {name: Interval(**interval) for name, interval in values["growth"].items()}
    values["rounds"] = tuple(_round_from_json(round_) for round_ in values["rounds"])
    values["caps"] = tuple(Cap(**cap) for cap in values["caps"])
    values["children"] = tuple(_child_from_json(child) for child in values.get("children", ()))
    values["held"] = tuple(_held_from_json(held) for held in values.get("held", ()))
    values["unended"] = tuple(_unended_from_json(unended) for unended in values.get("unended", ()))
    values["answers"] = _answers_from_json(values.get("answers", {}))
    values["options"] = _options_from_json(values.get("options"))
    values["tests"] = tuple(Outcome(**outcome) for outcome in values["tests"])
    values["rules"] = _rules_from_json(values["rules"])
    if values.get("deployed"):
        values["deployed"] = _deployed_from_json(values["deployed"])
    if values.get("failure"):
        values["failure"] = _failure_from_json(values["failure"])
    values["trials"] = tuple(_trial_from_json(trial) for trial in values.get("trials", ()))
    values["culprits"] = tuple(_culprit_from_json(culprit) for culprit in values.get("culprits", ()))
    cell = Cell(**values)
    _check(cell)
    return cell


def _deployed_from_json(record: Mapping[str, Any]) -> Deployed:
    values = {name: tuple(record[name]) for name in ("at", "took", "rss", "live_bytes")}
    collections = tuple(tuple(counts) for counts in record["collections"])
    deployed = Deployed(**values, collections=collections, begin=record["begin"], end=record["end"])
    if not isinstance(deployed.left_over, int):
        raise TypeError
    return deployed


def _failure_from_json(record: Mapping[str, Any]) -> Failure:
    raised = tuple(Raised(**each) for each in record["raised"])
    ceilings = tuple(Ceiling(**each) for each in record["ceilings"])
    texts = [text for each in raised for text in astuple(each)] + [ceiling.name for ceiling in ceilings]
    numbers = [number for each in ceilings for number in (each.most, each.before, each.used)]
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(number, int) for number in numbers):
        raise TypeError
    return Failure(int(record["operation"]), raised, ceilings)


def _child_from_json(record: Mapping[str, Any]) -> Child:
    child = Child(**record)
    if not isinstance(child.name, str) or not all(isinstance(each, int) for each in (child.before, child.after)):
        raise TypeError
    return child


def _held_from_json(record: Mapping[str, Any]) -> Held:
    held = Held(**record)
    texts, numbers = (held.name, held.file), (held.line, held.bytes, held.seconds)
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(each, int | float) for each in numbers):
        raise TypeError
    return held


def _unended_from_json(record: Mapping[str, Any]) -> Unended:
    unended = Unended(**record)
    texts, numbers = (unended.name, unended.file), (unended.line, unended.number)
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(number, int) for number in numbers):
        raise TypeError
    return unended


def _answers_from_json(record: Mapping[str, Any]) -> dict[str, int]:
    if not all(isinstance(number, int) for number in record.values()):
        raise TypeError
    return dict(record)


def _options_from_json(record: Sequence[str] | None) -> tuple[str, ...] | None:
    if record is not None and not all(isinstance(word, str) for word in record):
        raise TypeError
    return None if record is None else tuple(record)


def _trial_from_json(record: Mapping[str, Any]) -> Trial:
    trial = Trial(**record)
    numbers = (trial.operations, trial.seconds, trial.cpu, trial.rss, trial.growth, trial.peak)
    if not all(isinstance(text, str) for text in (trial.change, trial.name, trial.error or "")):
        raise TypeError
    if not all(isinstance(number, int | float) for number in numbers):
        raise TypeError
    return trial


def _rules_from_json(record: Mapping[str, Any]) -> Rules:
    horizons = acquit, convict = Horizon(**record["acquit"]), Horizon(**record["convict"])
    # Records of before a limit went by the pace of operations, and an acquittal took so many, lack these.
    hourly, pace, fewest = record.get("hourly", 0.0), record.get("pace", 0.0), record.get("fewest", 0)
    rules = Rules(record["limit"], record["confidence"], acquit, convict, hourly, pace, fewest)
    numbers = [
        rules.limit,
        rules.confidence,
        hourly,
        pace,
        fewest,
        *(value for each in horizons for value in astuple(each)),
    ]
    if not all(isinstance(number, int | float) for number in numbers):
        raise TypeError
    return rules


def _check(cell: Cell) -> None:
    """Raise TypeError or ValueError for values that no run writes."""
    texts = (cell.stack, cell.scenario, cell.python, cell.reason, cell.protocol, cell.allocator, *cell.convicted_by)
    numbers = (cell.operations, cell.seconds, cell.wall_seconds)
    rates = (cell.bytes_per_operation, *(cell.interval or ()), *(cell.mix or ()))
    if not all(isinstance(text, str) for text in (*texts, cell.truth or "")):
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
    values["samples"] = tuple(_samples_from_json(values["samples"]))
    values["counts"] = tuple(values["counts"])
    return Round(**values)


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
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".find-mem-leaks.")
    try:
        records = ", ".join(cell.as_json for cell in cells)
        content = f'{{"schema_version": {SCHEMA_VERSION}, "cells": [{records}]}}'.encode()
        with os.fdopen(descriptor, "wb") as file:
            file.write(lzma.compress(content) if path.suffix == COMPRESSED else content)
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
