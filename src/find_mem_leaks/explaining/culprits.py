"""Where a leaking cell leaks: its operations once more in a second process, and what that saw, ranked.

The second process first warms up, then carries out two windows of operations under memray. What memray does not see,
such as threads, file descriptors or memory that is mapped without the allocator, is counted by a probe: the line at
which its counter grows as fast as the cell did is found by reading it line by line (``measured/explaining/lines.py``).
Some more operations tell what holds what was allocated (``measured/explaining/survey.py``).
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from math import inf
from pathlib import Path

from find_mem_leaks import scratch
from find_mem_leaks.culprit import Culprit
from find_mem_leaks.errors import UsageError
from find_mem_leaks.explaining import holding, ranking
from find_mem_leaks.explaining.lengths import Lengths, events, lengths
from find_mem_leaks.judging.probes import BLOCKS, PROBES, UNCOLLECTED, Probe
from find_mem_leaks.judging.verdict import grown_children
from find_mem_leaks.leading import processes, rounds
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.worker import Worker, WorkerError
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import environments

# Seconds that the second process may take beyond the time a cell may be silent.
PATIENCE = 120.0
# Seconds that the whole explanation of a cell may take, if it is not told otherwise.
CAP = 30.0
# What holds garbage that is not collected before memory is full.
CYCLE = "nothing but a reference cycle: it is not collected in time"
# Looking takes memory and descriptors too. Where an operation fails for want of them, these shares of the operations
# before the failure are tried, one after the other.
SHARES = (0.8, 0.4, 0.2)


@dataclass
class _Search:
    """The search for the places at which a cell leaks.

    Attributes:
        executable: the interpreter.
        order: how the cell was measured.
        cell: the cell.
        capture: where memray's file is kept.
        culprits: those that are known so far.
        ways: those in which they were looked for.
    """

    executable: str
    order: Order
    cell: Cell
    capture: Path | None = None
    culprits: tuple[Culprit, ...] = ()
    ways: list[str] = field(default_factory=list)

    @property
    def is_explained(self) -> bool:
        """Return whether the culprits account for what memray can see of the growth."""
        return ranking.explains(self.culprits, _seen_by_memray(self.cell))

    @property
    def summary(self) -> str:
        how = " and ".join(self.ways)
        if not self.culprits:
            return f"no place was found whose allocations are never freed, {how}"
        number = len(self.culprits)
        return f"{number} {'place' if number == 1 else 'places'} whose allocations are never freed, {how}"

    def start_anew(self) -> None:
        """Forget what an attempt that failed has found: the next one looks for all of it."""
        self.culprits, self.ways = (), []

    def broken_off(self, reason: str) -> Cell:
        """Return the cell with what is known when the search could not go on."""
        explained = (
            f"{self.summary}; what holds it could not be told: {reason}"
            if self.culprits
            else f"where it leaks could not be told: {reason}"
        )
        return replace(self.cell, culprits=self.culprits, explained=explained, not_explained=reason)


async def find(executable: str, order: Order, cell: Cell, capture: Path | None, cap: float = CAP) -> Cell:
    """Return the cell with its culprits, or with what kept them from being found, within ``cap`` seconds.

    Whatever fails here, the cell stays as it was judged, and what was known before is told.
    """
    started = time.monotonic()
    search = _Search(executable, order, cell, capture)
    limit = asyncio.timeout(cap)
    try:
        async with limit:
            cell = await _explained_before_it_fails(search)
    except Exception as failure:
        why = _words(failure, order, is_under_way=bool(search.culprits))
        cell = search.broken_off(f"the cap of {cap:g} s was reached (--explain-cap)" if limit.expired() else why)
    return replace(cell, explaining_seconds=time.monotonic() - started)


def _words(failure: Exception, order: Order, *, is_under_way: bool = False) -> str:
    """Return why it failed; is_under_way: operations of this process had succeeded before, so that it is not for what
    another process has left."""
    if isinstance(failure, WorkerError) and not is_under_way:
        return processes.words(failure, order)
    expected = isinstance(failure, UsageError | OSError | WorkerError)
    return str(failure) if expected else f"{type(failure).__name__}: {failure}"


class _Look:
    """A second process with the stack open, and what is to be found out in it; where operations fail after so many, a
    fresh one takes its place before that."""

    def __init__(self, executable: str, order: Order, cell: Cell, share: float = inf) -> None:
        self.executable, self.order, self.cell = executable, order, cell
        self.lengths = lengths(cell, share)
        self._done = inf
        self._open = AsyncExitStack()
        self._worker: Worker

    async def make_room(self, operations: int) -> bool:
        """See to it that a process is open that may carry out so many; return whether it has carried out none."""
        is_fresh = self._done + operations > self.lengths.most or self._done == inf
        if is_fresh:
            await self.end()
            process = processes.measured_process(self.executable, self.order)
            self._worker, order = await self._open.enter_async_context(process)
            await rounds.open_stack(self._worker.ask, order, self._worker.directory, self.lengths.longest)
            if UNCOLLECTED.key in self.cell.convicted_by:
                await self._worker.ask(self.order.stall, do="keep_garbage")
            self._done = 0
        self._done += operations
        return is_fresh

    @property
    def ask(self) -> Ask:
        return self._worker.ask

    @property
    def patience(self) -> float:
        """Seconds that a reply may take."""
        return self.order.stall + PATIENCE

    async def end(self) -> None:
        """Let the process that is open, if one is, close its stack."""
        if self._done < inf:
            await self._worker.close(self.order.stall)
        await self._open.aclose()


async def _explained_before_it_fails(search: _Search) -> Cell:
    """Explain a cell, with fewer operations each time that one fails; a cell without a failure first with as many as it
    takes."""
    if search.cell.failure is None:
        try:
            return await _explained(search)
        except WorkerError as error:
            if error.failure is None or not error.failure.may_be_for_want:
                raise
            search.start_anew()
            return await _explained(search, SHARES[0])
    *more, fewest = SHARES
    for share in more:
        with suppress(WorkerError):
            return await _explained(search, share)
        search.start_anew()
    return await _explained(search, fewest)


async def _explained(search: _Search, share: float = inf) -> Cell:
    """Look for places under memray if it can see what grows, then line by line if it saw none; then for holders."""
    cell = search.cell
    probe = _counted_by(cell)
    by_lines: tuple[Culprit, ...] = ()
    by_memray = search.capture is not None or not cell.convicted_by or bool(_seen_by_memray(cell))
    library = await asyncio.to_thread(_library, search.executable) if by_memray else None
    async with _opened(search, share) as look:
        if by_memray:
            await _look_by_memray(look, search, library)
        if probe and not search.is_explained:
            by_lines = await _by_lines(look, probe)
            search.culprits = (*by_lines, *search.culprits)
            search.ways.append(f"over two windows in which the {probe.counts} were read at each line of own code")
        if probe and probe.is_elsewhere and by_lines:
            search.culprits = tuple(replace(culprit, holder=_elsewhere(cell)) for culprit in search.culprits)
        elif UNCOLLECTED.key in cell.convicted_by:
            search.culprits = tuple(replace(culprit, holder=CYCLE) for culprit in search.culprits)
        elif search.culprits:
            growth = _growth(cell, probe if by_lines else None)
            search.culprits = await _with_holders(look, search.culprits, growth)
    grown = grown_children(cell.series) if probe and probe.is_elsewhere else []
    return replace(cell, culprits=search.culprits, explained="; ".join([search.summary, *grown]))


async def _look_by_memray(look: _Look, search: _Search, library: str | None) -> None:
    """Look at two windows under memray, and at two longer ones where what these saw does not explain the cell."""
    window = look.lengths.window
    search.culprits = await _by_memray(look, look.lengths, search.capture, library)
    if BLOCKS.key in search.cell.convicted_by and not search.is_explained:
        window = look.lengths.rare
        search.culprits = await _by_memray(look, look.lengths.longer, search.capture, library)
    search.ways.append(f"over two windows of at most {window:,} operations under memray")


def _elsewhere(cell: Cell) -> str:
    """Return what holds what grows in child processes: the one that grew most, as far as it is known."""
    return next(map(str, cell.children), "a child process")


def _counted_by(cell: Cell) -> Probe | None:
    """The probe whose counter is to be read line by line where memray does not explain a leaking cell, the surest of
    those that convicted; None where nothing grows."""
    convicted = [probe for probe in PROBES if probe.key in cell.convicted_by and probe.counter]
    return min(convicted, key=lambda probe: (probe.thing is None, probe.is_bytes), default=None)


def _seen_by_memray(cell: Cell) -> dict[str, float]:
    """Growth per operation, by the keys of the probes that convicted, of what memray can see."""
    seen = [probe.key for probe in (*PROBES, UNCOLLECTED) if probe.is_seen_by_memray and probe.key in cell.convicted_by]
    return {key: cell.growth[key].rate for key in seen}


@asynccontextmanager
async def _opened(search: _Search, share: float) -> AsyncIterator[_Look]:
    """Open the stack in a second process, and close it at the end."""
    look = _Look(search.executable, search.order, search.cell, share)
    async with look._open:
        yield look
        await look.end()


async def _by_memray(look: _Look, lengths: Lengths, capture: Path | None, library: str | None) -> tuple[Culprit, ...]:
    """Return the places whose allocations memray never saw freed.

    Args:
        look: the second process.
        lengths: those of the windows.
        capture: where memray's file is kept.
        library: a folder that memray is in; None if the interpreter has it.
    """
    await look.make_room(lengths.warm_up + 2 * lengths.window)
    with scratch.Folder() as folder:
        file = capture or Path(folder) / "capture.bin"
        reply = await look.ask(
            look.patience,
            do="attribute",
            warm_up=lengths.warm_up,
            window=lengths.window,
            within=lengths.window_seconds,
            capture=str(file),
            native=_is_native(look.cell),
            library=library,
        )
    return ranking.rank(reply, reply["window"], look.cell.bytes_per_operation or 0.0)


async def _by_lines(look: _Look, probe: Probe) -> tuple[Culprit, ...]:
    """The lines at which a probe's counter grows as fast as the cell's did."""
    assert probe.counter is not None
    rate = look.cell.growth[probe.key].rate
    is_fresh = await look.make_room(look.lengths.warm_up + 2 * look.lengths.lines)
    reply = await look.ask(
        look.patience,
        do="lines",
        warm_up=look.lengths.warm_up if is_fresh else 0,
        most=look.lengths.lines,
        within=look.lengths.lines_seconds,
        counter=probe.counter,
        rate=rate,
    )
    places = ranking.alike(reply["growing"], max(reply["window"], 1), rate)
    return tuple(_counted(place, probe) for place in places)


def _counted(place: ranking.Place, probe: Probe) -> Culprit:
    """Return a culprit with the number of things that a line adds, or how often and by how much bytes grew there."""
    if probe.thing:
        return Culprit(place.stack, place.bytes, 0.0, probe.thing, None)
    return Culprit(place.stack, place.second, place.bytes if probe.is_bytes else 0.0, None, None)


async def _with_holders(look: _Look, culprits: Sequence[Culprit], growth: holding.Growth) -> tuple[Culprit, ...]:
    """The culprits with what holds what they allocate."""
    await look.make_room(4 * look.lengths.survey)
    reply = await look.ask(
        look.patience,
        do="survey",
        round=3,
        first=look.lengths.first,
        least=min(holding.operations(culprits[0]), look.lengths.survey),
        most=look.lengths.survey,
        within=look.lengths.survey_seconds,
        rate=growth.events,
        bytes=0.0 if growth.objects else growth.bytes,
        lines=ranking.own_lines(culprits),
    )
    return holding.with_holders(culprits, reply, growth)


def _growth(cell: Cell, probe: Probe | None) -> holding.Growth:
    """Return what the cell grew by; ``probe``: whose counter named the likeliest culprit, if one was read line by
    line."""
    return holding.Growth(
        events=max(events(cell).values(), default=0.0),
        bytes=cell.bytes_per_operation or 0.0,
        things=probe is not None and probe.thing is not None,
        objects=BLOCKS.key in cell.convicted_by,
    )


def _is_native(cell: Cell) -> bool:
    """Return whether only native memory grows: then the frames of C tell more."""
    blocks = cell.growth.get(BLOCKS.key)
    is_of_objects = not {BLOCKS.key, UNCOLLECTED.key}.isdisjoint(cell.convicted_by)
    return bool(cell.convicted_by) and not is_of_objects and blocks is not None and blocks.low <= 0


def _library(executable: str) -> str | None:
    """A folder with memray for this interpreter, for the length of this process, None if it has memray itself;
    WorkerError if it cannot be had. Cells that are explained at once wait for one installation."""
    with _installing:
        if not _lacks_memray(executable):
            return None
        folder = _installed(executable)
    if folder is None:
        raise WorkerError(f"{executable} has no memray: install it there")
    return folder


@cache
def _lacks_memray(executable: str) -> bool:
    return "memray" in environments.describe(executable, ["memray"]).missing


@cache
def _installed(executable: str) -> str | None:
    folder = _kept.enter_context(scratch.Folder("memray"))
    try:
        environments.install_into(folder, executable, ["memray"])
    except UsageError:
        return None
    return folder


_kept = ExitStack()
_installing = threading.Lock()
