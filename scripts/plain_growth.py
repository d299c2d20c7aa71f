"""How much a workload's process grows for each operation, by a plain loop, without this tool.

``python plain_growth.py FILE OPERATIONS`` carries out a stretch of operations as a warm-up, then as many again, and
prints as JSON how much more there is for each operation of the second: blocks of Python's allocator, bytes of malloc,
and objects that the collector knows. It runs on CPython 3.8 and up, beside whatever the workload imports.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import importlib.util
import inspect
import json
import sys
from typing import Any

FIELDS = ["arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"]


class Malloc(ctypes.Structure):
    """What glibc's ``mallinfo2`` tells."""

    _fields_ = [(name, ctypes.c_size_t) for name in FIELDS]


def of_malloc() -> int:
    """Return the bytes that malloc has handed out."""
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = Malloc
    malloc = ask()
    return int(malloc.uordblks + malloc.hblkhd)


def look() -> dict[str, int]:
    """Return what there is now: blocks, bytes and objects."""
    gc.collect()
    return {"blocks": sys.getallocatedblocks(), "bytes": of_malloc(), "objects": len(gc.get_objects())}


def load(path: str, name: str = "workload") -> Any:
    """Import a file under a name."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


async def call(module: Any, name: str, *arguments: int) -> None:
    """Call a function of the workload, a coroutine function or not, if it has it."""
    result = getattr(module, name, lambda: None)(*arguments)
    if inspect.isawaitable(result):
        await result


async def growth(module: Any, operations: int) -> dict[str, float]:
    """Return by how much more there is for each operation of the second stretch."""
    await call(module, "setup")
    looks = []
    for stretch in range(2):
        for i in range(stretch * operations, (stretch + 1) * operations):
            await call(module, "operation", i)
        looks.append(look())
    await call(module, "teardown")
    before, after = looks
    return {name: (after[name] - before[name]) / operations for name in before}


def main() -> None:
    path, operations = sys.argv[1:]
    module = load(path)
    print(json.dumps(asyncio.run(growth(module, int(operations)))))


if __name__ == "__main__":
    main()
