"""tracemalloc: the size of what is traced, after a collection, grows in every one of five rounds.

https://docs.python.org/3/library/tracemalloc.html: tracing starts as early as possible, here with the interpreter
(``PYTHONTRACEMALLOC=1``); ``get_traced_memory()`` gives the current size. That each round has to grow is this script's
rule: the page compares snapshots and leaves the judgement to the reader.
"""

from __future__ import annotations

import tracemalloc

from workload import Workload, collect_garbage, grows_every_round, report, with_environment


def judge(workload: Workload) -> tuple[str, str]:
    return grows_every_round(workload, _traced)


def _traced() -> int:
    collect_garbage()
    return tracemalloc.get_traced_memory()[0]


if __name__ == "__main__":
    with_environment(PYTHONTRACEMALLOC="1")
    report(judge)
