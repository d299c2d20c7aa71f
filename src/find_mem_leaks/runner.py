"""Cells over the cores: each in a process of its own, its failure kept to itself, its result handed on at once."""

from __future__ import annotations

import asyncio
import re
import time
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from find_mem_leaks.explaining import culprits
from find_mem_leaks.judged import judged
from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.judging.failure import Failure
from find_mem_leaks.judging.probes import KEYS, UNCOLLECTED
from find_mem_leaks.judging.verdict import FEWEST, UNMEASURED, Verdict
from find_mem_leaks.leading import processes
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.auto import auto
from find_mem_leaks.leading.fixed import fixed
from find_mem_leaks.leading.hands_off import FEWEST_SLOW, READINGS, hands_off
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Recorder
from find_mem_leaks.leading.until_it_fails import WARM_UP, until_it_fails
from find_mem_leaks.leading.what_if import what_if
from find_mem_leaks.leading.worker import WorkerError
from find_mem_leaks.results import Cell, Key, key
from find_mem_leaks.subjects.environments import Environment

# The share of the operations after which one fails that a hands-off part may carry out, and a second process should.
SHARE = 0.5
# Seconds before a second process is begun: what the one before had is not always free at once, where a system counts by
# user or a server by connection.
PAUSES = (0.0, 1.0, 4.0)
# Characters of a capture's name, which has a digest and a suffix besides: file systems take 255.
LONGEST_NAME = 200


@dataclass(frozen=True)
class Explaining:
    """Which cells are explained, and how.

    Attributes:
        leaking, others: whether places are looked for in leaking cells, in all others.
        captures: the folder that memray's files are kept in.
        cap: seconds that the explanation of a cell may take.
        what_if: whether the hands-off part of each cell is carried out again with one thing changed.
    """

    leaking: bool = False
    others: bool = False
    captures: Path | None = None
    cap: float = culprits.CAP
    what_if: bool = False

    def wants(self, cell: Cell) -> bool:
        is_kept_by_allocators = cell.grows_hands_off and UNCOLLECTED.key not in cell.convicted_by
        if cell.verdict in UNMEASURED or is_kept_by_allocators:
            return False
        return self.leaking if cell.verdict is Verdict.LEAKING else self.others

    def capture(self, cell: Cell) -> Path | None:
        """The file of a cell's capture: by its name, as far as files can be called so."""
        if self.captures is None:
            return None
        name = f"{cell.stack}-{cell.scenario}"
        plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:LONGEST_NAME]
        # Two names may differ in nothing but what cannot be written.
        digest = "" if plain == name else f"-{zlib.crc32(name.encode()):08x}"
        return self.captures / f"{plain}{digest}.bin"


class Lead(Protocol):
    """A way to lead a cell."""

    def __call__(self, ask: Ask, order: Order, directory: str, recorder: Recorder) -> Awaitable[None]: ...


class Progress(Protocol):
    """Receive the progress of each job, by its number.

    ``began``: its name, and the operations it will take if known; ``went_on``: operations done so far; ``ended``.
    """

    def began(self, number: int, name: str, operations: int | None) -> None: ...

    def went_on(self, number: int, operations: int) -> None: ...

    def ended(self, number: int, cell: Cell) -> None: ...


@dataclass(frozen=True)
class Job:
    """One cell to be measured."""

    environment: Environment
    order: Order

    @property
    def label(self) -> str:
        return self.order.label or self.order.stack

    @property
    def name(self) -> str:
        return f"{self.label} {self.order.scenario.name}"

    @property
    def key(self) -> Key:
        """The key of the cell that the job makes."""
        return key(self.label, self.order.scenario.name, self.environment.python, self.environment.packages)

    @property
    def database(self) -> str | None:
        """The driver of the server that it works on, by its name; None without one."""
        return self.order.database.driver.name if self.order.database else None

    @property
    def total_operations(self) -> int | None:
        """Return how many operations the cell takes, where that is known beforehand."""
        rounds = self.order.rounds
        return None if rounds is None else rounds * self.order.scenario.operations


def run(
    jobs: Sequence[Job],
    at_once: int,
    progress: Progress,
    done: Callable[[Cell], None],
    explaining: Explaining = Explaining(),
) -> bool:
    """Measure all jobs, ``at_once`` at a time, and hand each cell to ``done``; False if it was interrupted by hand.

    A cell that is explained is handed on several times: as soon as it is judged, with its culprits, with its trials.
    """
    try:
        asyncio.run(_run_all(jobs, at_once, progress, done, explaining))
    except KeyboardInterrupt:
        return False
    return True


async def _run_all(
    jobs: Sequence[Job], at_once: int, progress: Progress, done: Callable[[Cell], None], explaining: Explaining
) -> None:
    waiting = enumerate(jobs)

    async def take() -> None:
        for number, job in waiting:
            progress.began(number, job.name, job.total_operations)
            cell = await _run_one(job, partial(progress.went_on, number), done)
            if explaining.wants(cell):
                capture = explaining.capture(cell)
                cell = await culprits.find(job.environment.executable, job.order.alone, cell, capture, explaining.cap)
                done(cell)
            if explaining.what_if and cell.deployed:
                trials = await what_if(job.environment.executable, job.order.alone, cell.deployed)
                cell = replace(cell, trials=trials)
                done(cell)
            progress.ended(number, cell)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(at_once, len(jobs))):
            group.create_task(take())


async def _run_one(job: Job, went_on: Callable[[int], None], done: Callable[[Cell], None]) -> Cell:
    started = time.monotonic()
    if job.order.skipped or job.order.refused:
        cell = _cell(job, Recorder(went_on), started, job.order.refused or None)
        done(cell)
        return cell
    cell = await _judged(job, Recorder(went_on), started, done, _lead(job))
    if cell.verdict is Verdict.SKIPPED:
        done(cell)
        return cell
    if cell.verdict is Verdict.FAILED and cell.failure and _may_be_for_want(cell.failure):
        try:
            again = await _again(job, went_on, started, done, cell.failure.operation)
        except asyncio.CancelledError:
            done(replace(cell, interrupted=True))
            raise
        cell = again if again.failure and again.verdict is Verdict.LEAKING else cell
    if cell.verdict is not Verdict.FAILED:
        try:
            deployed, missing = await _leave(job, cell)
        except asyncio.CancelledError:
            done(replace(cell, interrupted=True))
            raise
        cell = replace(cell, deployed=deployed, not_deployed=missing, wall_seconds=time.monotonic() - started)
        cell = judged(cell, cell.rules)
    done(cell)
    return cell


def _may_be_for_want(failure: Failure) -> bool:
    """Return whether carrying out its operations again could tell what it failed for want of."""
    return failure.may_be_for_want and failure.operation - failure.operation // WARM_UP >= FEWEST


async def _again(
    job: Job, went_on: Callable[[int], None], started: float, done: Callable[[Cell], None], operations: int
) -> Cell:
    """The cell once more, up to the operation that failed."""
    lead = partial(until_it_fails, operations=operations)
    for pause in PAUSES:
        await asyncio.sleep(pause)
        cell = await _judged(job, Recorder(went_on), started, done, lead)
        if cell.failure is None or cell.failure.operation >= SHARE * operations:
            break
    return cell


async def _judged(job: Job, recorder: Recorder, started: float, done: Callable[[Cell], None], lead: Lead) -> Cell:
    """The cell that a way to lead it makes; handed to ``done`` if it is interrupted."""
    error, failure = None, None
    try:
        async with processes.measured_process(job.environment.executable, job.order) as (worker, order):
            await lead(worker.ask, order, worker.directory, recorder)
            await worker.close(job.order.stall)
    except WorkerError as raised:
        error, failure = str(raised), raised.failure
        job = _skipped(job, raised)
    except OSError as raised:
        error = str(raised)
    except asyncio.CancelledError:
        if recorder.so_far.rounds:
            done(replace(_cell(job, recorder, started, None), interrupted=True))
        raise
    except Exception as raised:
        error = f"find-mem-leaks itself failed: {type(raised).__name__}: {raised}"
    return _cell(job, recorder, started, error, failure)


def _skipped(job: Job, raised: WorkerError) -> Job:
    """The job as one that is not to be measured, if that came out: a test that skips itself, or that cannot be called
    again."""
    reason, failure = raised.skipped, raised.failure
    if job.order.test and failure and failure.operation and not failure.may_be_for_want:
        reason = f"it cannot be repeated, its call {failure.operation + 1:,} fails: {raised}"
    return replace(job, order=replace(job.order, skipped=reason)) if reason else job


def _lead(job: Job) -> Lead:
    return auto if job.order.rounds is None else fixed


def _not_left(job: Job, cell: Cell) -> str | None:
    """Return why a cell has no hands-off part: what it takes at least is more than there can be; None if it has."""
    if cell.failure and round(SHARE * cell.failure.operation) < READINGS:
        return f"operation {cell.failure.operation:,} fails, which is too soon: {cell.error}"
    is_spared = job.order.test or not cell.series.operations  # nothing is decided by it alone
    if is_spared and FEWEST_SLOW * cell.series.pace > job.order.time_cap:
        return f"its fewest calls, {FEWEST_SLOW}, take longer than --time-cap: give it more seconds"
    return None


async def _leave(job: Job, cell: Cell) -> tuple[Deployed | None, str | None]:
    """The hands-off part of a cell, or why there is none."""
    if missing := _not_left(job, cell):
        return None, missing
    try:
        async with processes.measured_process(job.environment.executable, job.order.alone, {}) as (worker, order):
            deployed = await hands_off(
                worker.ask,
                order,
                worker.directory,
                cell.series.operations,
                goes_on=cell.verdict is not Verdict.LEAKING,
                pace=cell.series.pace,
                most=round(SHARE * cell.failure.operation) if cell.failure else None,
                held=cell.held,
            )
            await worker.close(job.order.stall)
    except WorkerError as failure:
        return None, processes.words(failure, job.order)
    except OSError as failure:
        return None, str(failure)
    except Exception as failure:
        return None, f"find-mem-leaks itself failed: {type(failure).__name__}: {failure}"
    return deployed, None


def _cell(job: Job, recorder: Recorder, started: float, error: str | None, failure: Failure | None = None) -> Cell:
    series = recorder.so_far
    measured = replace(
        _unmeasured(job),
        operations=series.operations,
        seconds=series.seconds,
        wall_seconds=time.monotonic() - started,
        rounds=series.rounds,
        caps=series.caps,
        children=series.children,
        held=series.held,
        unended=series.unended,
        answers=series.answers,
        unread=_unread(recorder),
        allocator=recorder.allocator,
        error=error,
        failure=failure,
    )
    return judged(measured, job.order.rules)


def _unmeasured(job: Job) -> Cell:
    """The cell of a job before anything of it is measured."""
    order, environment = job.order, job.environment
    return Cell(
        stack=job.label,
        scenario=order.scenario.name,
        mix=order.scenario.shares,
        sqlalchemy=environment.packages.get("sqlalchemy"),
        python=environment.python,
        packages=environment.packages,
        protocol=order.protocol,
        seed=order.seed,
        operations=0,
        seconds=0.0,
        wall_seconds=0.0,
        rounds=(),
        options=order.options,
        file=order.file,
        test=order.test["nodeid"] if order.test else None,
        database=job.database,
        truth=order.truth,
        time_cap=order.time_cap,
        skipped=order.skipped or None,
        remark=order.remark or None,
        unseen=order.unseen or None,
    )


def _unread(recorder: Recorder) -> dict[str, str]:
    """Errors of the probes and the parts of live bytes that the measured process could not read, by their keys."""
    return {key: recorder.unread[module] for module, key in KEYS.items() if module in recorder.unread}
