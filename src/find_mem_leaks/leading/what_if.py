"""What would help: the hands-off part of a cell again with one thing changed, each in a fresh process of its own.

Nothing is modelled: each figure is what a run of the same operations ended with. They follow each other, so that none
takes another's time, and one that fails costs its own line only.
"""

from __future__ import annotations

import ctypes.util
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from find_mem_leaks.judging.criteria import MEMORY_CAP
from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.judging.trials import AGAIN, Trial
from find_mem_leaks.leading import processes, rounds
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.hands_off import LONGEST, READINGS
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.worker import WorkerError
from find_mem_leaks.measured import replies, requests

AS_IT_IS = "as_it_is"
# Garbage is collected and the heap is trimmed after so many operations; of a short part, after a tenth of it.
EVERY = 1_000
TIMES = 10
# A change may make operations so many times as slow before its run is stopped.
SLOWER = 4.0
# Resident memory of a run may grow by so many times as much as that of a cell.
LARGER = 2
# Allocators to be loaded before the C library, and the Debian packages that have them.
ALLOCATORS = {"jemalloc": "libjemalloc2", "mimalloc": "libmimalloc2.0"}
# Where libraries lie that the system's list of them does not name.
FOLDERS = ("/usr/local/lib", "/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")


@dataclass(frozen=True)
class Change:
    """One thing that a run does differently.

    Attributes:
        key: its name in results.
        name: what people read.
        settings: variables of the process's environment.
        restores: whether the collector is given the interpreter's own settings after the stack was opened.
        between: what is done after each ``every`` operations: ``collect`` or ``trim``; None for nothing.
        every: a number of operations.
        library: the library that must be loaded for the run to mean anything; empty for none.
        missing: why it cannot be tried here, one line; None if it can.
    """

    key: str
    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    restores: bool = False
    between: str | None = None
    every: int = 0
    library: str = ""
    missing: str | None = None


def changes(operations: int) -> list[Change]:
    """Return what is tried over so many operations, in the order in which it is told.

    Nothing is changed in the first run, nor in the last, which says what differs by chance.
    """
    every = max(1, min(EVERY, operations // TIMES))
    after = f"every {every:,} operations" if every > 1 else "after every operation"
    return [
        Change(AS_IT_IS, "as it is"),
        Change("default_collector", "default gc thresholds", restores=True),
        Change("collect", f"gc.collect() {after}", between="collect", every=every),
        Change("arenas", "MALLOC_ARENA_MAX=2", {"MALLOC_ARENA_MAX": "2"}),
        Change("trim", f"malloc_trim {after}", between="trim", every=every),
        Change("malloc", "PYTHONMALLOC=malloc", {"PYTHONMALLOC": "malloc"}),
        *(_allocator(name, package) for name, package in ALLOCATORS.items()),
        Change(AGAIN, "as it is, again"),
    ]


def _allocator(name: str, package: str) -> Change:
    library = find_library(name)
    if library is None:
        return Change(name, name, missing=f"not installed here: the Debian package {package} has it")
    before = os.environ.get("LD_PRELOAD")
    preload = f"{library}:{before}" if before else library
    return Change(name, name, {"LD_PRELOAD": preload}, library=Path(library).name)


def find_library(name: str) -> str | None:
    """Return what the dynamic linker finds a library by: its name, or its path where the system has no list of them."""
    listed = ctypes.util.find_library(name)
    if listed:
        return listed
    files = sorted(file for folder in FOLDERS for file in Path(folder).glob(f"lib{name}.so*"))
    return str(files[0]) if files else None


async def what_if(executable: str, order: Order, deployed: Deployed) -> tuple[Trial, ...]:
    """Carry out as many operations as a hands-off part did, with each change in turn."""
    seconds = max(order.time_cap, SLOWER * deployed.seconds)
    return tuple(
        [
            await _trial(executable, order, change, deployed.operations, seconds)
            for change in changes(deployed.operations)
        ]
    )


async def _trial(executable: str, order: Order, change: Change, operations: int, seconds: float) -> Trial:
    """Make one run; ``seconds``: what it may take."""
    if change.missing:
        return Trial(change.key, change.name, error=change.missing)
    try:
        changed = replace(order, variables={**order.variables, **change.settings})
        async with processes.measured_process(executable, changed, {}) as (worker, placed):
            run = _Run(worker.ask, placed, change, seconds)
            trial = await run.carry_out(worker.directory, operations)
            await worker.close(order.stall)
    except (WorkerError, OSError) as failure:
        return Trial(change.key, change.name, error=str(failure))
    except Exception as failure:
        words = f"find-mem-leaks itself failed: {type(failure).__name__}: {failure}"
        return Trial(change.key, change.name, error=words)
    return trial


@dataclass(frozen=True)
class _Run:
    """A process that one thing is changed in, and what it may take."""

    ask: Ask
    order: Order
    change: Change
    seconds: float

    async def carry_out(self, directory: str, operations: int) -> Trial:
        ask, order, change = self.ask, self.order, self.change
        await rounds.open_stack(ask, order, directory, LONGEST, hands_off=True)
        if change.restores:
            await ask(order.stall, do="restore")
        begin = await ask(order.stall, do="weigh", library=change.library)
        if not begin["loaded"]:
            raise WorkerError(f"{change.library} could not be loaded into this interpreter by LD_PRELOAD")
        left = await self._operations(operations, begin["rss"] + LARGER * MEMORY_CAP)
        seconds, cpu = sum(each["seconds"] for each in left), sum(each["cpu"] for each in left)
        end = await ask(order.stall, do="weigh", library="")
        grown = end["rss"] - begin["rss"]
        return Trial(change.key, change.name, operations, seconds, cpu, end["rss"], grown, end["peak"])

    async def _operations(self, operations: int, most: int) -> Sequence[replies.Leave]:
        """The reply of each stretch; WorkerError if they take too long, or more than ``most`` bytes."""
        deadline = time.monotonic() + self.seconds
        stretch = min(max(1, operations // READINGS), LONGEST // READINGS)
        left = []
        done = 0
        for number, planned in enumerate(_cut(operations, LONGEST)):
            await self.ask(self.order.stall, do="prepare", round=number, operations=planned)
            for length in _cut(planned, stretch):
                reply = await self._leave(length)
                left.append(reply)
                done += length
                _check(reply["rss"], most, deadline, f"operation {done:,} of {operations:,}")
        return left

    async def _leave(self, operations: int) -> replies.Leave:
        request: requests.Leave = {"operations": operations}
        if self.change.between:
            request["between"], request["every"] = self.change.between, self.change.every
        return await self.ask(self.order.stall + self.seconds, do="leave", **request)


def _cut(operations: int, most: int) -> list[int]:
    """Cut operations into parts of ``most`` and a rest."""
    return [min(most, operations - done) for done in range(0, operations, most)]


def _check(rss: int, most: int, deadline: float, place: str) -> None:
    if time.monotonic() > deadline:
        raise WorkerError(f"took too long: stopped at {place}")
    if rss > most:
        raise WorkerError(f"stopped at {rss / 1e9:.1f} GB of resident memory, at {place}")
