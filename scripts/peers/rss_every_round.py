"""RSS, after a collection, grows in every one of five rounds: what is done by hand with psutil.

RSS is ``psutil.Process().memory_info().rss`` (https://psutil.readthedocs.io), which does not say what growth means.
"""

from __future__ import annotations

import psutil
from workload import Workload, collect_garbage, grows_every_round, report


def judge(workload: Workload) -> tuple[str, str]:
    process = psutil.Process()

    def resident() -> int:
        collect_garbage()
        return process.memory_info().rss

    return grows_every_round(workload, resident)


if __name__ == "__main__":
    report(judge)
