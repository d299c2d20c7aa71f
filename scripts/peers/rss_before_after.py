"""RSS after one round of 10,000 operations above RSS before it: the table that this project grew from.

That table does not say how it was read. Here: no warm-up, no collection, ``psutil.Process().memory_info().rss``, first
read after ``setup()``.
"""

from __future__ import annotations

import psutil
from workload import CLEAN, LEAKING, Workload, report

OPERATIONS = 10_000


def judge(workload: Workload) -> tuple[str, str]:
    process = psutil.Process()
    before = process.memory_info().rss
    done = workload.run(OPERATIONS)
    grown = process.memory_info().rss - before
    return LEAKING if grown > 0 else CLEAN, f"{grown:+} bytes over {done} operations"


if __name__ == "__main__":
    report(judge)
