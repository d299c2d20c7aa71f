"""Where a leaking stack leaks: its operations once more, under memray, over two windows.

Of every stack of frames it is told how many allocations, and bytes of them, were still there at the end of the first
window and at the end of the second: what a cache holds for a while is as much both times, what leaks is twice as much.

Cannot see: memory that a library maps by calls of the system of its own, stacks of threads (see ``lines``).
"""

from __future__ import annotations

import gc
import math
import sys
import time
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Dict, Iterable, Iterator, List, Optional, Tuple

from .. import callers
from ..settling import collection, sqlite_cursors
from . import lines

if TYPE_CHECKING:
    from types import ModuleType

    from memray import FileReader
    from memray._memray import Interval, TemporalAllocationRecord

    from .. import replies, requests
    from ..workload import Wait, Workload

Stack = Tuple[Tuple[str, str, int], ...]
# Milliseconds between memray's snapshots, by whose numbers an allocation's time is told, and seconds of silence between
# the windows, so that some of them fall into it. A busy machine may leave memray's thread without a turn for as long:
# the windows are then carried out again, with a longer silence.
SNAPSHOT = 5
SILENCES = (0.1, 0.5, 2.0)
# Bytes that are allocated at either end of the silence, to tell the number of the snapshot that comes next. (By the
# snapshots' times it cannot be told: on a busy machine each is written long after it.)
MARK = 10_007
FRAMES = 60
# Operations of a window however long they take.
FEWEST = 50
# Memray's numbers of asking Python's allocator, and the largest block that this does not ask the C heap for; what a
# block there has before it, and what both round up to.
OF_PYTHON = (2, 3, 4)
SMALL, HEAD, ALIGNED = 512, 8, 16
# Growing stacks that a reply carries, the ones with the most allocations and those with the most bytes.
MOST = 60


def attribute(workload: Workload, wait: Wait, request: requests.Attribute) -> replies.Attribute:
    """Carry out ``warm_up`` operations, then two windows under memray.

    A window has ``window`` operations, or as many as the first has done in ``within`` seconds.

    ``capture`` is memray's file; ``native``: whether to tell frames of C too; ``library``: a folder to find memray in
    if it is not installed.
    """
    memray = _memray(request.get("library"))
    if request["warm_up"]:
        workload.prepare(1, request["warm_up"])
        wait(workload.stretch(0, request["warm_up"]))
    sqlite_cursors.find()
    try:
        return _in_two_windows(memray, workload, wait, request)
    finally:
        sqlite_cursors.forget()


def _in_two_windows(
    memray: ModuleType, workload: Workload, wait: Wait, request: requests.Attribute
) -> replies.Attribute:
    """Return what grows over two windows that can be told apart."""
    for silence in SILENCES:
        workload.prepare(2, 2 * request["window"])
        window = _watch(memray, workload, wait, request, silence)
        growing = _growing(memray.FileReader(request["capture"]), request["native"])
        if growing is not None:
            return {"growing": growing, "window": window}
    raise RuntimeError("memray took no snapshot between the windows: measure again when the machine is less busy")


def _memray(library: Optional[str]) -> ModuleType:
    try:
        import memray
    except ImportError:
        if not library:
            raise
        sys.path.append(library)
        import memray
    return memray


def _watch(memray: ModuleType, workload: Workload, wait: Wait, request: requests.Attribute, silence: float) -> int:
    """Both windows under memray, between them a silence between two marks; operations of each.

    What was there before is set aside, so that a collection goes through what the windows have made.
    """
    gc.freeze()
    tracker = memray.Tracker(
        destination=memray.FileDestination(request["capture"], overwrite=True),
        native_traces=request["native"],
        trace_python_allocators=True,
        memory_interval_ms=SNAPSHOT,
    )
    with tracker:
        window = lines.advance(
            lambda begin, end: wait(workload.stretch(begin, end)),
            request["window"],
            request["within"],
            lambda _: False,
            least=min(FEWEST, request["window"]),
        )
        collection.collect()
        marks = [_mark()]
        time.sleep(silence)
        marks.append(_mark())
        wait(workload.stretch(window, 2 * window))
        collection.collect()
    del marks
    gc.unfreeze()
    return window


def _mark() -> bytearray:
    return bytearray(MARK)


def _growing(reader: FileReader, native: bool) -> Optional[List[replies.Growing]]:
    """Stacks of which more was there at the end than after the first window; None if the windows can't be told apart:
    all that the first made has a lower number than the later mark only if a snapshot came between the marks."""
    records = list(reader.get_temporal_allocation_records(merge_threads=True))
    earlier, first = _marked(records)
    if earlier == first:
        return None
    counts_of: Dict[Stack, List[int]] = {}
    for record in records:
        counts = _alive(record, first)
        if any(counts) and not _is_mark(record):
            frames = record.hybrid_stack_trace(FRAMES) if native else record.stack_trace(FRAMES)
            total = counts_of.setdefault(_cut(frames), [0, 0, 0, 0])
            total[:] = [mine + more for mine, more in zip(total, counts)]
    growing = [item for item in counts_of.items() if item[0] and (item[1][2] > item[1][0] or item[1][3] > item[1][1])]
    by_count = sorted(growing, key=lambda item: item[1][0] - item[1][2])[:MOST]
    by_bytes = sorted(growing, key=lambda item: item[1][1] - item[1][3])[:MOST]
    return [{"stack": stack, "counts": total} for stack, total in dict(by_count + by_bytes).items()]


def _marked(records: List[TemporalAllocationRecord]) -> Tuple[int, int]:
    """The numbers of the first snapshots after either mark."""
    numbers = [
        int(interval.allocated_before_snapshot)
        for record in records
        if record.intervals[0].n_bytes >= MARK and _is_mark(record)
        for interval in record.intervals
    ]
    return min(numbers), max(numbers)


def _is_mark(record: TemporalAllocationRecord) -> bool:
    return [frame[:2] for frame in record.stack_trace(1)] == [(_mark.__name__, _mark.__code__.co_filename)]


def _alive(record: TemporalAllocationRecord, first: int) -> List[int]:
    """Allocations and bytes that were there at the end of the first window, and those at the end."""
    counts = [0, 0, 0, 0]
    for interval in record.intervals:
        freed, bytes_ = interval.deallocated_before_snapshot, _taken(interval, record.allocator in OF_PYTHON)
        if interval.allocated_before_snapshot < first and (freed is None or freed >= first):
            counts[0] += interval.n_allocations
            counts[1] += bytes_
        if freed is None:
            counts[2] += interval.n_allocations
            counts[3] += bytes_
    return counts


def _taken(interval: Interval, is_python: bool) -> int:
    """The bytes that allocations take with what they are rounded up by, of blocks of one size."""
    each = interval.n_bytes / max(interval.n_allocations, 1)
    head = 0 if is_python and each <= SMALL else HEAD
    return int(interval.n_allocations * math.ceil((each + head) / ALIGNED) * ALIGNED)


def _cut(frames: Iterable[Tuple[str, str, int]]) -> Stack:
    """The frames from the allocation out to the operation, without what called it; empty where a library that calls the
    workload allocates for itself."""
    kept: List[Tuple[str, str, int]] = []
    is_theirs = False
    for function, file, line in frames:
        if file in lines.HARNESS or (is_theirs and callers.is_caller(file)):
            break
        is_theirs = is_theirs or not callers.is_caller(file)
        kept.append((function, file, line or first_line(function, file)))
    return tuple(kept) if is_theirs else ()


def first_line(function: str, file: str) -> int:
    """The line of a function's ``def``, 0 if it is not found: before CPython 3.10 code that stands there has no other
    line that memray could tell."""
    if not file.endswith(".py"):
        return 0
    functions = (defined.__code__ for defined in gc.get_objects() if type(defined) is FunctionType)
    codes = (code for outer in functions for code in _with_inner(outer))
    firsts = (code.co_firstlineno for code in codes if (code.co_name, code.co_filename) == (function, file))
    return next(firsts, 0)


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    """The code of a function and of those that stand in it, which may be there only while it runs."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_inner(constant)
