"""The plan of a round without any measuring: run by the interpreter of a stack's environment.

``python bare_loop.py MEASURED STACK DIRECTORY OPERATIONS`` carries out a round for each line that it reads, and answers
each with a line: the seconds that the round took. Its input's end ends it.
"""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import time


def main(measured: str, stack: str, directory: str, operations: int) -> None:
    spec = importlib.util.spec_from_file_location(
        "measured", measured + "/__init__.py", submodule_search_locations=[measured]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["measured"] = package
    spec.loader.exec_module(package)
    from measured import workloads  # type: ignore[import-not-found]

    request = {"stack": stack, "directory": directory, "mix": (1, 1, 1, 1), "seed": 0, "capacity": operations}
    workload = workloads.load(request)
    loop = asyncio.new_event_loop() if workload.is_async else None
    finish = loop.run_until_complete if loop else lambda done: done
    finish(workload.open())
    for number, _ in enumerate(sys.stdin):
        workload.prepare(number, operations)
        started = time.perf_counter()
        finish(workload.stretch(0, operations))
        print(time.perf_counter() - started, flush=True)
    finish(workload.close())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
