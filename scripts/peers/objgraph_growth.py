"""objgraph: a type of which there are more objects than ever before after every one of five rounds.

https://objgraph.readthedocs.io ("Memory leak example"): call ``growth()`` for a baseline, run the code, call it again;
what it then lists has appeared and was not freed. It collects garbage itself and sees only what the collector tracks.
The baseline comes after a warm-up, and ``limit=None`` lets no type drop off the list.
"""

from __future__ import annotations

import objgraph
from workload import CLEAN, LEAKING, ROUND, ROUNDS, WARM_UP, Workload, report


def judge(workload: Workload) -> tuple[str, str]:
    peaks: dict[str, int] = {}
    workload.run(WARM_UP)
    growing = _grown(peaks)
    done = 0
    for _ in range(ROUNDS):
        done += workload.run(ROUND)
        growing &= _grown(peaks)
    detail = f"types that grow in every round: {', '.join(sorted(growing)) or 'none'}, {done} operations"
    return LEAKING if growing else CLEAN, detail


def _grown(peaks: dict[str, int]) -> set[str]:
    return {name for name, _, _ in objgraph.growth(limit=None, peak_stats=peaks)}


if __name__ == "__main__":
    report(judge)
