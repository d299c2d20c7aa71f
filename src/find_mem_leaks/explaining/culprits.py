"""Where a leaking cell leaks: its operations once more in a second process, and what that saw, ranked.

The second process first warms up, then carries out two windows of operations under memray. What memray does not see
(descriptors, threads, memory from past the linker) has a counter none the less, and the line at which that grows as
fast as the cell did is found by reading it line by line (``measured/explaining/lines.py``). Some more operations tell
what holds what was allocated (``measured/explaining/survey.py``).
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from find_mem_leaks.errors import UsageError
from find_mem_leaks.explaining import holding, ranking
from find_mem_leaks.explaining.culprit import Culprit
from find_mem_leaks.explaining.lengths import IN_BYTES, Lengths, events, lengths
from find_mem_leaks.leading import rounds
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.worker import Worker, WorkerError
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import environments

# What memray sees nothing of; what each probe's counter is called in the measured process, the surest first; of what
# kind things are that are counted, and how people call what is.
UNSEEN = {"file descriptors", "threads"}
COUNTERS = {
    "file descriptors": "descriptors",
    "threads": "threads",
    "blocks": "blocks",
    "live bytes": "heap",
    "mapped pages": "mapped",
    "resident pages": "resident",
}
KINDS = {"descriptors": "file descriptor", "threads": "thread"}
WORDS = {
    "descriptors": "open descriptors",
    "threads": "threads",
    "blocks": "blocks of memory",
    "heap": "bytes of the C heap",
    "mapped": "mapped bytes",
    "resident": "resident bytes",
}
# Seconds that the second process may take beyond the time a cell may be silent.
PATIENCE = 120.0


async def find(executable: str, order: Order, cell: Cell, capture: Path | None) -> Cell:
    """The cell with its culprits, or with what kept them from being found; ``capture``: where memray's file is kept.

    Whatever fails here, the cell stays as it was judged.
    """
    started = time.monotonic()
    try:
        cell = await _explained(executable, order, cell, capture)
    except Exception as failure:
        cell = replace(cell, explained=f"where it leaks could not be told: {_words(failure)}")
    return replace(cell, explaining_seconds=time.monotonic() - started)


def _words(failure: Exception) -> str:
    expected = isinstance(failure, WorkerError | UsageError | OSError)
    return str(failure) if expected else f"{type(failure).__name__}: {failure}"


@dataclass(frozen=True)
class _Look:
    """A second process with the stack open, and what is to be found out in it."""

    worker: Worker
    order: Order
    cell: Cell
    lengths: Lengths

    @property
    def patience(self) -> float:
        return self.order.stall + PATIENCE


async def _explained(executable: str, order: Order, cell: Cell, capture: Path | None) -> Cell:
    """By memray if it can see what grows, then line by line if it did not; then what holds it."""
    counter = _counter(cell)
    culprits: tuple[Culprit, ...] = ()
    ways = []
    by_memray = capture is not None or not cell.convicted_by or not set(cell.convicted_by) <= UNSEEN
    library = await asyncio.to_thread(_library, executable) if by_memray else None
    async with _opened(executable, order, cell) as look:
        if by_memray:
            culprits = await _by_memray(look, look.lengths, capture, library)
            window = look.lengths.window
            if "blocks" in cell.convicted_by and not ranking.explain(culprits, _seen_by_memray(cell)):
                window = look.lengths.rare
                culprits = await _by_memray(look, look.lengths.longer, capture, library)
            ways.append(f"over two windows of at most {window:,} operations under memray")
        if counter and not ranking.explain(culprits, _seen_by_memray(cell)):
            culprits = (*await _by_lines(look, counter, warm_up=not by_memray), *culprits)
            ways.append(f"over two windows in which the {WORDS[counter]} were read at each line of own code")
        held = await _held(look, culprits) if culprits else ()
    return replace(cell, culprits=held, explained=_told(held, " and ".join(ways)))


def _counter(cell: Cell) -> str | None:
    """What is to be read line by line where memray does not explain a leaking cell; None where nothing grows."""
    return next((counter for probe, counter in COUNTERS.items() if probe in cell.convicted_by), None)


def _rate(cell: Cell, counter: str) -> float:
    """What the counter grew by, per operation, while the cell was judged."""
    [probe] = [probe for probe, name in COUNTERS.items() if name == counter]
    return cell.growth[probe].rate


def _seen_by_memray(cell: Cell) -> dict[str, float]:
    """Growth per operation, by the probes that convicted, of what memray can see."""
    return {probe: cell.growth[probe].rate for probe in ("blocks", *IN_BYTES) if probe in cell.convicted_by}


@asynccontextmanager
async def _opened(executable: str, order: Order, cell: Cell) -> AsyncIterator[_Look]:
    """A second process with the stack open, closed at the end."""
    look = lengths(cell)
    async with Worker(executable, order.seed) as worker:
        await rounds.open_stack(worker.ask, order, worker.directory, look.longest)
        yield _Look(worker, order, cell, look)
        await worker.close(order.stall)


async def _by_memray(look: _Look, lengths: Lengths, capture: Path | None, library: str | None) -> tuple[Culprit, ...]:
    """Where memray saw allocated what stays; ``capture``: where its file is kept, ``library``: a folder it is in."""
    with tempfile.TemporaryDirectory(prefix="find-mem-leaks-") as folder:
        file = capture or Path(folder) / "capture.bin"
        found = await look.worker.ask(
            look.patience,
            do="attribute",
            warm_up=lengths.warm_up,
            window=lengths.window,
            within=lengths.window_seconds,
            capture=str(file),
            native=_is_native(look.cell),
            library=library,
        )
    return ranking.rank(found, found["window"], look.cell.bytes_per_operation or 0.0)


async def _by_lines(look: _Look, counter: str, warm_up: bool) -> tuple[Culprit, ...]:
    """The lines at which a counter grows as fast as the cell's did."""
    rate = _rate(look.cell, counter)
    found = await look.worker.ask(
        look.patience,
        do="lines",
        warm_up=look.lengths.warm_up if warm_up else 0,
        most=look.lengths.lines,
        within=look.lengths.lines_seconds,
        counter=counter,
        rate=rate,
    )
    places = ranking.alike(found["growing"], max(found["window"], 1), rate)
    return tuple(_counted(place, counter) for place in places)


def _counted(place: ranking.Place, counter: str) -> Culprit:
    """Of things as many as there are more; of bytes how often they grew, and by how much."""
    if counter in KINDS:
        return Culprit(place.stack, place.bytes, 0.0, KINDS[counter], None)
    bytes_ = 0.0 if counter == "blocks" else place.bytes
    return Culprit(place.stack, place.second, bytes_, None, None)


async def _held(look: _Look, culprits: Sequence[Culprit]) -> tuple[Culprit, ...]:
    """The culprits with what holds what they allocate."""
    growth = _growth(look.cell, culprits)
    found = await look.worker.ask(
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
    return holding.held(culprits, found, growth)


def _growth(cell: Cell, culprits: Sequence[Culprit]) -> holding.Growth:
    return holding.Growth(
        events=max(events(cell).values(), default=0.0),
        bytes=cell.bytes_per_operation or 0.0,
        things=culprits[0].type in KINDS.values(),
        objects="blocks" in cell.convicted_by,
    )


def _is_native(cell: Cell) -> bool:
    """Whether only native memory grows: then the frames of C tell more."""
    blocks = cell.growth.get("blocks")
    return bool(cell.convicted_by) and "blocks" not in cell.convicted_by and blocks is not None and blocks.low <= 0


def _told(culprits: Sequence[Culprit], how: str) -> str:
    if not culprits:
        return f"no place was found that keeps allocating what stays, {how}"
    places = "1 place that keeps" if len(culprits) == 1 else f"{len(culprits)} places that keep"
    return f"{places} allocating what stays, {how}"


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
    folder = _kept.enter_context(tempfile.TemporaryDirectory(prefix="find-mem-leaks-memray-"))
    try:
        environments.install_into(folder, executable, ["memray"])
    except UsageError:
        return None
    return folder


_kept = ExitStack()
_installing = threading.Lock()
