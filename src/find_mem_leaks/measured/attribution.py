"""Where a leaking stack leaks: its operations once more, under memray, over two windows; then who holds what is new.

Of every stack of frames it is told how many allocations, and bytes of them, were still there at the end of the first
window and at the end of the second: what a cache holds for a while is as much both times, what leaks is twice as much.

Cannot see: memory that a library maps by calls of the system of its own, stacks of threads (see ``lines``).
"""

from __future__ import annotations

import sys
import time
from typing import Any, Callable, Dict, List, Tuple

from . import collection, holders, lines

Stack = Tuple[Tuple[str, str, int], ...]
# Milliseconds between memray's snapshots, by which an allocation's time is told, and seconds of silence around the end
# of a window, so that it falls between two of them.
SNAPSHOT = 5
SILENCE = 0.04
FRAMES = 60
# Operations of a window however long they take.
FEWEST = 50
# Growing stacks that a reply carries, the ones with the most allocations and those with the most bytes.
MOST = 60


def attribute(workload: Any, finish: Callable[[Any], None], request: Dict[str, Any]) -> Dict[str, Any]:
    """Carry out ``warm_up`` operations, then two windows under memray, then ``survey`` to find the holders.

    A window has ``window`` operations, or as many as the first has done in ``within`` seconds.

    ``capture`` is memray's file; ``native``: whether to tell frames of C too; ``library``: a folder to find memray in
    if it is not installed.
    """
    memray = _memray(request.get("library"))
    rounds = enumerate((request["warm_up"], 2 * request["window"], request["survey"]), start=1)
    number, operations = next(rounds)
    workload.prepare(number, operations)
    finish(workload.stretch(0, operations))
    number, operations = next(rounds)
    workload.prepare(number, operations)
    window, boundary = _watch(memray, workload, finish, request)
    growing = _growing(memray.FileReader(request["capture"]), boundary, request["native"])
    return {"growing": growing, "window": window, "held": _survey(workload, finish, *next(rounds))}


def _survey(workload: Any, finish: Callable[[Any], None], number: int, operations: int) -> List[Dict[str, Any]]:
    """What holds what is new after so many operations, and over as many twice again, by which lines it came there."""
    workload.prepare(number, 3 * operations)
    ends = iter((1, 2, 3))

    def work(_: Any = None) -> None:
        end = next(ends) * operations
        finish(workload.stretch(end - operations, end))

    held = holders.survey(work, lambda size: lines.growing(lambda: lines.Amounts(size), [work, work]))
    for entry in held:
        entry["operations"] = operations
    return held


def _memray(library: Any) -> Any:
    try:
        import memray
    except ImportError:
        if not library:
            raise
        sys.path.append(library)
        import memray
    return memray


def _watch(memray: Any, workload: Any, finish: Callable[[Any], None], request: Dict[str, Any]) -> Tuple[int, float]:
    """Both windows under memray; operations of each; when the first one ended, in milliseconds since 1970."""
    tracker = memray.Tracker(
        request["capture"],
        native_traces=request["native"],
        trace_python_allocators=True,
        memory_interval_ms=SNAPSHOT,
    )
    with tracker:
        window = lines.advance(
            lambda begin, end: finish(workload.stretch(begin, end)),
            request["window"],
            request["within"],
            lambda _: False,
            least=min(FEWEST, request["window"]),
        )
        end = _pause()
        finish(workload.stretch(window, 2 * window))
        _pause()
    return window, end


def _pause() -> float:
    """Let nothing be allocated around the end of a window; when that was, in milliseconds since 1970."""
    collection.collect()
    time.sleep(SILENCE)
    end = time.time() * 1000
    time.sleep(SILENCE)
    return end


def _growing(reader: Any, boundary: float, native: bool) -> List[Dict[str, Any]]:
    """Stacks of which more was there at the end than at the boundary."""
    first = sum(snapshot.time < boundary for snapshot in reader.get_memory_snapshots())
    found: Dict[Stack, List[int]] = {}
    for record in reader.get_temporal_allocation_records(merge_threads=True):
        counts = _alive(record.intervals, first)
        if any(counts):
            frames = record.hybrid_stack_trace(FRAMES) if native else record.stack_trace(FRAMES)
            total = found.setdefault(_cut(frames), [0, 0, 0, 0])
            total[:] = [mine + more for mine, more in zip(total, counts)]
    growing = [item for item in found.items() if item[0] and (item[1][2] > item[1][0] or item[1][3] > item[1][1])]
    by_count = sorted(growing, key=lambda item: item[1][0] - item[1][2])[:MOST]
    by_bytes = sorted(growing, key=lambda item: item[1][1] - item[1][3])[:MOST]
    return [{"stack": stack, "counts": total} for stack, total in dict(by_count + by_bytes).items()]


def _alive(intervals: Any, first: int) -> List[int]:
    """Allocations and bytes that were there at the end of the first window, and those at the end."""
    counts = [0, 0, 0, 0]
    for interval in intervals:
        freed = interval.deallocated_before_snapshot
        if interval.allocated_before_snapshot <= first and (freed is None or freed > first):
            counts[0] += interval.n_allocations
            counts[1] += interval.n_bytes
        if freed is None:
            counts[2] += interval.n_allocations
            counts[3] += interval.n_bytes
    return counts


def _cut(frames: Any) -> Stack:
    """The frames from the allocation out to the operation, without what called it."""
    kept = []
    for function, file, line in frames:
        if file in lines.HARNESS:
            break
        kept.append((function, file, line))
    return tuple(kept)
