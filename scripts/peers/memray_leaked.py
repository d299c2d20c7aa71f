"""memray: what was allocated after a warm-up and is still there at the end, at least 1 KiB of it from one call stack.

https://bloomberg.github.io/memray/python_allocators.html: to hunt leaks, every allocation should be seen on its own,
not pymalloc's arenas. The page switches pymalloc off; tracing Python's allocators does the same for a leaks report
(https://github.com/bloomberg/memray/pull/492), and is what pytest-memray does. ``Tracker`` goes around the code;
``FileReader.get_leaked_allocation_records`` gives one record for each call stack. memray itself knows no limit; 1 KiB
is what pytest-memray's peer allows.

More favourable than its pages ask for: the warm-up is tracked too, into a file of its own, because CPython 3.11 makes a
table of lines for each function that it first traces, which would be found otherwise; and garbage is collected.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import memray
from workload import CLEAN, LEAKING, ROUND, ROUNDS, WARM_UP, Workload, collect_garbage, report

LIMIT = 1024


def judge(workload: Workload) -> tuple[str, str]:
    with tempfile.TemporaryDirectory() as directory:
        _tracked(workload, WARM_UP, Path(directory, "warm-up.bin"))
        file = Path(directory, "rounds.bin")
        done = _tracked(workload, ROUND * ROUNDS, file)
        with memray.FileReader(file) as reader:
            sizes = [record.size for record in reader.get_leaked_allocation_records(merge_threads=True)]
    above = sorted((size for size in sizes if size >= LIMIT), reverse=True)
    detail = f"{len(above)} call stacks keep 1 KiB or more after {done} operations"
    return (LEAKING, f"{detail}: {', '.join(map(str, above))} bytes") if above else (CLEAN, detail)


def _tracked(workload: Workload, operations: int, file: Path) -> int:
    aggregated = memray.FileFormat.AGGREGATED_ALLOCATIONS
    with memray.Tracker(file, trace_python_allocators=True, file_format=aggregated):
        done = workload.run(operations)
        collect_garbage()
    return done


if __name__ == "__main__":
    report(judge)
