"""Prove the truth of a workload by a plain loop, without this tool.

``python scripts/plain_loop.py FILE... [--operations N] [--python PYTHON]`` carries out N operations of each as a
warm-up, then twice N, in a process of its own, with a collection before each look at memory: at blocks that Python's
allocator has handed out, at tracemalloc's bytes for one that leaks, and at how many things are held where the workload
says (``held()``). A clean one is level: the lowest of its blocks is as low in the second half as in the first. One that
leaks grows in both halves. Exits with 1 if one is not proved.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any

import plain_growth
import truths

OPERATIONS = 1_000
# Looks in each half, of which the lowest counts: what waits to be dropped pushes blocks up, never down.
LOOKS = 8
# Blocks an operation: by so much a clean workload may differ from half to half,
LEVEL = 0.05
# and by so many blocks in all: SQLite's dead cursors, of which a connection drops 200 at a time.
CURSORS = 200
# Things an operation: one that leaks holds at least as many more in each half.
GROWS = 0.1

Look = dict[str, float]


def look(module: Any) -> Look:
    gc.collect()
    held = module.held() if hasattr(module, "held") else 0
    return {"blocks": sys.getallocatedblocks(), "bytes": tracemalloc.get_traced_memory()[0], "held": held}


def opened(path: Path) -> Any:
    """Import a workload, and set it up."""
    module = plain_growth.load(str(path), path.stem)
    if hasattr(module, "setup"):
        module.setup()
    return module


def looks(path: Path, operations: int) -> list[Look]:
    """Look at memory after the warm-up, and LOOKS times in each half of the operations that follow."""
    module = opened(path)
    ends = [operations + operations * number // LOOKS for number in range(2 * LOOKS + 1)]
    seen: list[Look] = []
    for begin, end in zip([0, *ends], ends, strict=False):
        for i in range(begin, end):
            module.operation(i)
        if not seen:
            gc.collect()
            gc.freeze()  # each look collects what the operations have made, not what the imports have
            if truths.constants(path)["TRUTH"] == truths.LEAKING:
                tracemalloc.start()
        seen.append(look(module))
    return seen


def measure(path: Path, operations: int = OPERATIONS, python: str = sys.executable) -> list[Look]:
    """Measure in a process of its own: what one workload leaves must not weigh on the next."""
    command = [python, __file__, "--worker", str(path), "--operations", str(operations)]
    return list(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))


def drift(seen: list[Look], operations: int) -> float:
    """Return how many blocks an operation the second half lies above the first."""
    first, second = seen[1 : LOOKS + 1], seen[LOOKS + 1 :]
    return (min(each["blocks"] for each in second) - min(each["blocks"] for each in first)) / operations


def growth(seen: list[Look], operations: int, of: str) -> list[float]:
    """Return what came in each half, an operation."""
    ends = seen[0], seen[LOOKS], seen[-1]
    return [(after[of] - before[of]) / operations for before, after in pairwise(ends)]


def is_proved(truth: str, seen: list[Look], operations: int) -> bool:
    if truth == truths.CLEAN:
        return drift(seen, operations) <= LEVEL + CURSORS / operations
    return min(growth(seen, operations, "held")) >= GROWS and min(growth(seen, operations, "bytes")) > 0


def row(file: Path, seen: list[Look], operations: int) -> str:
    held, size = growth(seen, operations, "held"), growth(seen, operations, "bytes")
    figures = f"held {held[0]:.2f} {held[1]:.2f}, bytes {size[0]:.0f} {size[1]:.0f}, " if any(held) else ""
    return f"{figures}blocks {drift(seen, operations):.3f} an operation  {file.stem}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--operations", type=int, default=OPERATIONS)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps(looks(arguments.worker, arguments.operations)))
        return
    wrong = 0
    for file in arguments.files:
        seen = measure(file, arguments.operations, arguments.python)
        proved = is_proved(truths.constants(file)["TRUTH"], seen, arguments.operations)
        wrong += not proved
        print("proved    " if proved else "NOT PROVED", row(file, seen, arguments.operations), flush=True)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
