"""The plan of a round without any measuring: run by the interpreter of a stack's environment.

``python bare_loop.py MEASURED STACK DIRECTORY OPERATIONS ROUNDS`` prints the seconds that each round took, as JSON.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
import time


def main(measured: str, stack: str, directory: str, operations: int, rounds: int) -> None:
    spec = importlib.util.spec_from_file_location(
        "measured", measured + "/__init__.py", submodule_search_locations=[measured]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["measured"] = package
    spec.loader.exec_module(package)
    from measured.workloads import StackWorkload

    workload = StackWorkload(stack, directory, (1, 1, 1, 1), 0, operations)
    loop = asyncio.new_event_loop() if workload.is_async else None
    finish = loop.run_until_complete if loop else lambda done: done
    finish(workload.open())
    seconds = []
    for number in range(rounds + 1):
        workload.prepare(number, operations)
        started = time.perf_counter()
        finish(workload.stretch(0, operations))
        seconds.append(time.perf_counter() - started)
    finish(workload.close())
    print(json.dumps(seconds[1:]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
