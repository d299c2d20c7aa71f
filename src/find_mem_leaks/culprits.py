"""Where a leaking cell leaks: its operations once more in a second process, under memray, and what that saw, ranked.

The second process first warms up, then carries out two windows of operations, then some more to find the holders. A
place counts when what it allocated in the first window was still there after the second, and the second added as much.

What memray does not see (descriptors, threads, memory from past the linker) has a counter none the less, and the line
at which that grows as fast as the cell did is found by reading it line by line (``measured/lines.py``).
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from find_mem_leaks import environments, protocols
from find_mem_leaks.errors import UsageError
from find_mem_leaks.protocols import Order
from find_mem_leaks.results import Cell
from find_mem_leaks.series import Culprit, Frame
from find_mem_leaks.worker import Worker, WorkerError

# What a window should see of a leak, and the bounds of its length: a quarter of the seconds the cell took, within those
# given. memray makes operations three to four times as slow, tracemalloc, which tells the holders' places, some ten.
WANTED = 25
WINDOW_SECONDS = (0.3, 2.0)
WINDOW = (50, 100_000)
SLOWER = 3.5
# What one event of a leak is taken for where only bytes are known: more than Python's small-object allocator hands out.
IN_BYTES = {"live bytes", "mapped pages"}
# What memray sees nothing of; what each probe's counter is called in the measured process, the surest first; of what
# kind things are that are counted, and how people call what is.
UNSEEN = {"file descriptors", "threads"}
COUNTERS = {
    "file descriptors": "descriptors",
    "threads": "threads",
    "blocks": "blocks",
    "live bytes": "heap",
    "mapped pages": "mapped",
}
KINDS = {"descriptors": "file descriptor", "threads": "thread"}
WORDS = {
    "descriptors": "open descriptors",
    "threads": "threads",
    "blocks": "blocks of memory",
    "heap": "bytes of the C heap",
    "mapped": "mapped bytes",
}
# Seconds for the first of the two windows that are read line by line: as many as the cell took, within these bounds.
LINES_SECONDS = (0.5, 2.0)
# The share of the cell's own rate, or the other way round, that a line's must have; of a container's growth, likewise;
# the lines that are told.
ALIKE = 0.2
PUT = 0.5
MOST_LINES = 3
# Memory that a place seems to keep beyond this many times what the cell grew by is not kept: it is let go later on.
BEYOND = 3.0
LARGE = 1_024
SURVEY_SECONDS = 1.5
SURVEY_SLOWER = 10.0
# Seconds that the second process may take beyond the time a cell may be silent.
PATIENCE = 120.0
# The rate of the second window as a share of the first's, or the other way round, from which both are called the same;
# allocations that are too few for that; growth by resizing counts from this share of the cell's own rate.
STABLE = 0.4
FEWEST = 3
RESIZED = 0.3
# Below this share of the largest place another is left out.
NEGLIGIBLE = 0.02
OWN_PLACES, LIBRARY_PLACES = 3, 4
# The stacks that ship are own code, wherever this package is installed.
MEASURED = "/find_mem_leaks/measured/"
LIBRARY = re.compile(r"/lib(64)?/python3\.\d+/|/site-packages/|/dist-packages/")


@dataclass(frozen=True)
class Windows:
    """Operations of the warm-up, of each of the two windows, of the survey of holders, and of each of the two windows
    that are read line by line, at most."""

    warm_up: int
    window: int
    survey: int
    lines: int

    @property
    def longest(self) -> int:
        """Operations of the longest round that the second process plans."""
        return max(self.warm_up, 2 * self.window, 3 * self.survey, 2 * self.lines)


@dataclass(frozen=True)
class Place:
    """One stack of frames that allocates what stays: per operation, in each window; bytes of the second and the first.

    Read line by line: how often the counter grew, and by how much in what it counts.
    """

    stack: tuple[Frame, ...]
    first: float
    second: float
    bytes: float
    first_bytes: float = 0.0

    @property
    def is_stable(self) -> bool:
        return min(self.first, self.second) >= STABLE * max(self.first, self.second) > 0

    @property
    def weight(self) -> tuple[bool, float, float]:
        """By what places are ranked: allocations that are as many in both windows, then bytes."""
        return self.is_stable, min(self.first, self.second), self.bytes


def windows(cell: Cell) -> Windows:
    """How long a look a cell needs: as long as its leak is rare, within what is bearable."""
    seconds = max(cell.seconds / max(cell.operations, 1), 1e-7)
    least, most = WINDOW
    rates = list(_events(cell).values()) or [0.0]
    longest = _within(WINDOW_SECONDS, cell.wall_seconds / 4)
    window = round(max(least, min(WANTED / max(min(rates), 1e-9), longest / (seconds * SLOWER), most)))
    surveyed = WANTED / max(*rates, 1e-9)
    survey = round(max(least / 2, min(surveyed, SURVEY_SECONDS / (seconds * SURVEY_SLOWER), most)))
    warm_up = sum(round_.operations for round_ in cell.rounds if round_.warm_up)
    return Windows(max(warm_up, least), window, survey, round(max(least, min(LINES_SECONDS[1] / seconds, most))))


def _events(cell: Cell) -> dict[str, float]:
    """How often something grows that convicted the cell, per operation: as rarely as a thread starts that many blocks
    go with. Bytes tell it only where nothing can be counted."""
    rates = {name: cell.growth[name].rate for name in cell.convicted_by or cell.growth if name in cell.growth}
    counts = {name: rate for name, rate in rates.items() if name not in IN_BYTES and rate > 0}
    return counts or {name: rate / LARGE for name, rate in rates.items() if rate > 0}


def _within(bounds: tuple[float, float], wanted: float) -> float:
    least, most = bounds
    return min(max(wanted, least), most)


def rank(found: dict[str, Any], window: int, rate: float) -> tuple[Culprit, ...]:
    """The culprits in a reply to ``attribute``: places in the workload's own code, then those in libraries.

    rate: the cell's growth in bytes per operation.
    """
    places = [_place(record, window) for record in found["growing"]]
    counted = [place for place in places if place.is_stable and place.second * window >= FEWEST]
    resized = [place for place in places if place not in counted and place.bytes >= RESIZED * abs(rate) > 0]
    all_places = _weighty(counted) + resized
    own = sorted(_merged(all_places, _own), key=lambda place: _is_beyond(place, rate))
    inner = [place for place in _merged(all_places, _innermost) if place.stack[0] not in {p.stack[0] for p in own}]
    chosen = own[:OWN_PLACES] + inner[:LIBRARY_PLACES]
    return _with_put(tuple(_culprit(place, found["held"]) for place in chosen), found["held"])


def _is_beyond(place: Place, rate: float) -> bool:
    return place.bytes > BEYOND * rate > 0


def _with_put(culprits: tuple[Culprit, ...], held: Sequence[dict[str, Any]]) -> tuple[Culprit, ...]:
    """With the line that puts entries into the container that grows, where no culprit is on the way to it.

    What is kept may have been allocated long before: CPython reuses floats and frames, a program its own objects.
    """
    entry = next((entry for entry in held if entry.get("put")), None)
    if entry is None:
        return culprits
    operations = entry["operations"]
    found = alike(entry["put"], operations, entry["count"] / operations, PUT)
    known = {(frame.file, frame.line) for culprit in culprits[:MOST_LINES] for frame in culprit.stack}
    if not found or (found[0].stack[0].file, found[0].stack[0].line) in known:
        return culprits
    put = Culprit(found[0].stack, found[0].bytes, 0.0, entry["type"], entry["holder"])
    return (*culprits[: MOST_LINES - 1], put, *culprits[MOST_LINES - 1 :])


def alike(records: Iterable[dict[str, Any]], window: int, rate: float, least: float = ALIKE) -> list[Place]:
    """The places in a reply to ``lines`` that grow at about ``rate`` per operation in both windows, the likest first.

    A line may be there twice, since what was given back can be counted in two ways.
    """
    places = sorted((_place(record, window) for record in records), key=lambda place: -_likeness(place, rate))
    first = {place.stack[0]: place for place in reversed(places) if _likeness(place, rate) >= least}
    return sorted(first.values(), key=lambda place: -_likeness(place, rate))[:MOST_LINES]


def _likeness(place: Place, rate: float) -> float:
    """From 0 to 1: how near the growth in each window comes to what was expected."""
    growths = (place.first_bytes, place.bytes)
    return min(min(growth / rate, rate / growth) if growth * rate > 0 else 0.0 for growth in growths)


def _place(record: dict[str, Any], window: int) -> Place:
    first, first_bytes, both, both_bytes = record["counts"]
    stack = tuple(Frame(function, file, line) for function, file, line in record["stack"])
    bytes_ = (both_bytes - first_bytes) / window
    return Place(stack, first / window, (both - first) / window, bytes_, first_bytes / window)


def _weighty(places: Sequence[Place]) -> list[Place]:
    most = max((place.second for place in places), default=0.0)
    largest = max((place.bytes for place in places), default=0.0)
    return [place for place in places if place.second >= NEGLIGIBLE * most or place.bytes >= NEGLIGIBLE * largest]


def _own(stack: tuple[Frame, ...]) -> tuple[Frame, ...] | None:
    """The stack from the innermost frame of the workload's own code on."""
    for depth, frame in enumerate(stack):
        if _is_own(frame):
            return stack[depth:]
    return None


def _innermost(stack: tuple[Frame, ...]) -> tuple[Frame, ...] | None:
    """The stack as it is, where memory is allocated in a library."""
    return None if _is_own(stack[0]) else stack


def _is_own(frame: Frame) -> bool:
    return frame.file.endswith(".py") and (MEASURED in frame.file or not LIBRARY.search(frame.file))


def _merged(places: Iterable[Place], shorten: Callable[[tuple[Frame, ...]], tuple[Frame, ...] | None]) -> list[Place]:
    """Places by the first frame of their shortened stacks, the weightiest first."""
    merged: dict[Frame, Place] = {}
    for place in sorted(places, key=lambda place: place.weight, reverse=True):
        stack = shorten(place.stack)
        if stack is None:
            continue
        before = merged.get(stack[0], Place(stack, 0.0, 0.0, 0.0))
        sums = (before.first + place.first, before.second + place.second, before.bytes + place.bytes)
        merged[stack[0]] = Place(before.stack, *sums)
    return sorted(merged.values(), key=lambda place: place.weight, reverse=True)


def _culprit(place: Place, held: Sequence[dict[str, Any]]) -> Culprit:
    frame = place.stack[0]
    matching = [entry for entry in held if _is_made_at(entry, frame)] or [entry for entry in held if entry["holder"]]
    best = next((entry for entry in matching if entry["holder"]), matching[0] if matching else None)
    kind, holder = (best["type"], best["holder"]) if best else (None, None)
    return Culprit(place.stack, place.second, place.bytes, kind, holder)


def _is_made_at(entry: dict[str, Any], frame: Frame) -> bool:
    return any([frame.file, frame.line] in trace for trace in entry["places"])


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


async def _explained(executable: str, order: Order, cell: Cell, capture: Path | None) -> Cell:
    """By memray if it can see what grows, then line by line if it did not."""
    lengths, counter = windows(cell), _counter(cell)
    culprits: tuple[Culprit, ...] = ()
    ways = []
    if capture is not None or not cell.convicted_by or not set(cell.convicted_by) <= UNSEEN:
        with tempfile.TemporaryDirectory(prefix="find-mem-leaks-") as folder:
            file = capture or Path(folder) / "capture.bin"
            culprits = await _by_memray(executable, order, lengths, cell, file)
        ways.append(f"over two windows of at most {lengths.window:,} operations under memray")
    if counter and not _explain(culprits, cell):
        found = await _by_lines(executable, order, lengths, cell, counter)
        culprits = (*found, *culprits)
        ways.append(f"over two windows in which the {WORDS[counter]} were read at each line of own code")
    return replace(cell, culprits=culprits, explained=_told(culprits, " and ".join(ways)))


def _counter(cell: Cell) -> str | None:
    """What is to be read line by line where memray does not explain a leaking cell; None where nothing grows."""
    return next((counter for probe, counter in COUNTERS.items() if probe in cell.convicted_by), None)


def _rate(cell: Cell, counter: str) -> float:
    """What the counter grew by, per operation, while the cell was judged."""
    [probe] = [probe for probe, name in COUNTERS.items() if name == counter]
    return cell.growth[probe].rate


def _explain(culprits: Sequence[Culprit], cell: Cell) -> bool:
    """Whether these allocate a good part of what grew, in blocks or, where no blocks did, in bytes."""
    wanted = {probe: cell.growth[probe].rate for probe in ("blocks", *IN_BYTES) if probe in cell.convicted_by}
    if "blocks" in wanted:
        return sum(culprit.allocations for culprit in culprits) >= RESIZED * wanted["blocks"]
    return bool(wanted) and sum(culprit.bytes for culprit in culprits) >= RESIZED * max(wanted.values())


@asynccontextmanager
async def _opened(executable: str, order: Order, lengths: Windows) -> AsyncIterator[Worker]:
    """A second process with the stack open, closed at the end."""
    async with Worker(executable, order.seed) as worker:
        await protocols.open_stack(worker.ask, order, worker.directory, lengths.longest)
        yield worker
        await worker.close(order.stall)


async def _by_memray(executable: str, order: Order, lengths: Windows, cell: Cell, capture: Path) -> tuple[Culprit, ...]:
    library = await asyncio.to_thread(_library, executable)
    if capture.exists():  # noqa: ASYNC240 - memray does not overwrite
        capture.unlink()  # noqa: ASYNC240
    async with _opened(executable, order, lengths) as worker:
        found = await worker.ask(
            order.stall + PATIENCE,
            do="attribute",
            warm_up=lengths.warm_up,
            window=lengths.window,
            survey=lengths.survey,
            within=_within(WINDOW_SECONDS, cell.wall_seconds / 4),
            capture=str(capture),
            native=_is_native(cell),
            library=library,
        )
    return rank(found, found["window"], cell.bytes_per_operation or 0.0)


async def _by_lines(executable: str, order: Order, lengths: Windows, cell: Cell, counter: str) -> tuple[Culprit, ...]:
    """The lines at which a counter grows as fast as the cell's did."""
    async with _opened(executable, order, lengths) as worker:
        found = await worker.ask(
            order.stall + PATIENCE,
            do="lines",
            warm_up=lengths.warm_up,
            most=lengths.lines,
            within=_within(LINES_SECONDS, cell.wall_seconds),
            counter=counter,
            rate=_rate(cell, counter),
        )
    places = alike(found["growing"], max(found["window"], 1), _rate(cell, counter))
    return tuple(_counted(place, counter) for place in places)


def _counted(place: Place, counter: str) -> Culprit:
    """Of things as many as there are more; of bytes how often they grew, and by how much."""
    if counter in KINDS:
        return Culprit(place.stack, place.bytes, 0.0, KINDS[counter], None)
    bytes_ = 0.0 if counter == "blocks" else place.bytes
    return Culprit(place.stack, place.second, bytes_, None, None)


def _is_native(cell: Cell) -> bool:
    """Whether only native memory grows: then the frames of C tell more."""
    blocks = cell.growth.get("blocks")
    return bool(cell.convicted_by) and "blocks" not in cell.convicted_by and blocks is not None and blocks.low <= 0


def _told(culprits: Sequence[Culprit], how: str) -> str:
    if not culprits:
        return f"no place was found that keeps allocating what stays, {how}"
    places = "1 place that keeps" if len(culprits) == 1 else f"{len(culprits)} places that keep"
    return f"{places} allocating what stays, {how}"
