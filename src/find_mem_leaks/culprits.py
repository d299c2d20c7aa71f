"""Where a leaking cell leaks: its operations once more in a second process, under memray, and what that saw, ranked.

The second process first warms up, then carries out two windows of operations, then some more to find the holders. A
place counts when what it allocated in the first window was still there after the second, and the second added as much.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
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

# What a window should see of a leak, and the bounds of its length; memray makes operations three to four times as slow,
# tracemalloc, which tells the holders' places, some ten times.
WANTED = 40
WINDOW_SECONDS = 3.0
WINDOW = (50, 100_000)
SLOWER = 3.5
# What one event of a leak is taken for where only bytes are known: more than Python's small-object allocator hands out.
IN_BYTES = {"live bytes", "mapped pages"}
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
LIBRARY = re.compile(r"/lib(64)?/python3\.\d+/|/site-packages/|/dist-packages/")


@dataclass(frozen=True)
class Windows:
    """Operations of the warm-up, of each of the two windows and of the survey of holders."""

    warm_up: int
    window: int
    survey: int


@dataclass(frozen=True)
class Place:
    """One stack of frames that allocates what stays: per operation, in each window; bytes of the second."""

    stack: tuple[Frame, ...]
    first: float
    second: float
    bytes: float

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
    counts = [interval.rate for name, interval in cell.growth.items() if name not in IN_BYTES]
    bytes_ = [interval.rate / LARGE for name, interval in cell.growth.items() if name in IN_BYTES]
    wanted = WANTED / max([*counts, *bytes_, 1e-9])
    least, most = WINDOW
    window = round(max(least, min(wanted, WINDOW_SECONDS / (seconds * SLOWER), most)))
    survey = round(max(least / 2, min(wanted, SURVEY_SECONDS / (seconds * SURVEY_SLOWER), most)))
    warm_up = sum(round_.operations for round_ in cell.rounds if round_.warm_up)
    return Windows(max(warm_up, least), window, survey)


def rank(found: dict[str, Any], window: int, rate: float) -> tuple[Culprit, ...]:
    """The culprits in a reply to ``attribute``: places in the workload's own code, then those in libraries.

    rate: the cell's growth in bytes per operation.
    """
    places = [_place(record, window) for record in found["growing"]]
    counted = [place for place in places if place.is_stable and place.second * window >= FEWEST]
    resized = [place for place in places if place not in counted and place.bytes >= RESIZED * abs(rate) > 0]
    all_places = _weighty(counted) + resized
    own = _merged(all_places, _own)
    inner = [place for place in _merged(all_places, _innermost) if place.stack[0] not in {p.stack[0] for p in own}]
    chosen = own[:OWN_PLACES] + inner[:LIBRARY_PLACES]
    return tuple(_culprit(place, found["held"]) for place in chosen)


def _place(record: dict[str, Any], window: int) -> Place:
    first, first_bytes, both, both_bytes = record["counts"]
    stack = tuple(Frame(function, file, line) for function, file, line in record["stack"])
    return Place(stack, first / window, (both - first) / window, (both_bytes - first_bytes) / window)


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
    return frame.file.endswith(".py") and not LIBRARY.search(frame.file)


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


@cache
def _library(executable: str) -> str | None:
    """A folder with memray for this interpreter, for the length of this process; None if it cannot be had."""
    folder = _kept.enter_context(tempfile.TemporaryDirectory(prefix="find-mem-leaks-memray-"))
    try:
        environments.install_into(folder, executable, ["memray"])
    except UsageError:
        return None
    return folder


_kept = ExitStack()


async def find(executable: str, order: Order, cell: Cell, capture: Path | None) -> Cell:
    """The cell with its culprits, or with what kept them from being found; ``capture``: where memray's file is kept."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="find-mem-leaks-") as folder:
        try:
            culprits = await _attribute(executable, order, cell, capture or Path(folder) / "capture.bin")
        except (WorkerError, OSError) as failure:
            return replace(cell, explained=f"where it leaks could not be told: {failure}")
    took = time.monotonic() - started
    return replace(cell, culprits=culprits, explained=_explanation(cell, culprits), explaining_seconds=took)


async def _attribute(executable: str, order: Order, cell: Cell, capture: Path) -> tuple[Culprit, ...]:
    lengths = windows(cell)
    library = None
    if "memray" in environments.describe(executable, ["memray"]).missing:
        library = await asyncio.to_thread(_library, executable)
        if library is None:
            raise WorkerError(f"{executable} has no memray: install it there")
    if capture.exists():  # noqa: ASYNC240 - memray does not overwrite
        capture.unlink()  # noqa: ASYNC240
    async with Worker(executable, order.seed) as worker:
        capacity = max(lengths.warm_up, 2 * lengths.window, lengths.survey)
        await protocols.open_stack(worker.ask, order, worker.directory, capacity)
        found = await worker.ask(
            order.stall + PATIENCE,
            do="attribute",
            warm_up=lengths.warm_up,
            window=lengths.window,
            survey=lengths.survey,
            capture=str(capture),
            native=_is_native(cell),
            library=library,
        )
        await worker.close(order.stall)
    return rank(found, lengths.window, cell.bytes_per_operation or 0.0)


def _is_native(cell: Cell) -> bool:
    """Whether only native memory grows: then the frames of C tell more."""
    blocks = cell.growth.get("blocks")
    return bool(cell.convicted_by) and "blocks" not in cell.convicted_by and blocks is not None and blocks.low <= 0


def _explanation(cell: Cell, culprits: Sequence[Culprit]) -> str:
    over = f"over two windows of {windows(cell).window:,} operations under memray"
    if culprits:
        places = "1 place that keeps" if len(culprits) == 1 else f"{len(culprits)} places that keep"
        return f"{places} allocating what stays, {over}"
    unseen = "it sees no memory that a library maps or asks of malloc past the linker, no threads' stacks and no files"
    return f"no place was found that keeps allocating what stays, {over}: {unseen}"
