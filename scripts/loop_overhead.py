"""What measuring costs the loop: operations per second measured, bare, and in the way that this project grew from.

``python scripts/loop_overhead.py PYTHON [STACK...]`` runs, in turn and several times over, the same plan

- *measured*: in a measured process, with its looks at memory; counted with and without the looks,
- *bare*: in a plain loop, nothing else in the process,
- *on disk*: in the same plain loop on a database file on disk, where each commit waits for the disk,

and prints the medians as a Markdown table. A time is a ratio within one run of this script.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from find_mem_leaks import catalogue, environments, protocols
from find_mem_leaks.worker import Worker, scratch_directory

ROUNDS = 4
PAIRS = 3
BARE_LOOP = Path(__file__).with_name("bare_loop.py")


def bare(python: str, stack: str, directory: str, operations: int) -> float:
    """Operations per second of the plain loop."""
    command = [python, str(BARE_LOOP), str(catalogue.MEASURED), stack, directory, str(operations), str(ROUNDS)]
    out = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds: list[float] = json.loads(out.stdout)
    return operations / statistics.median(seconds)


async def measured(python: str, stack: str, operations: int) -> tuple[float, float]:
    """Operations per second of the measured loop: without its looks at memory, and with them."""
    stretches = [operations // protocols.LOOKS] * protocols.LOOKS
    stretches[-1] += operations - sum(stretches)
    inside, outside = [], []
    async with Worker(python, 0) as worker:
        await worker.ask(
            60, do="open", stack=stack, directory=worker.directory, mix=(1, 1, 1, 1), seed=0, capacity=operations
        )
        for number in range(ROUNDS + 1):
            await worker.ask(60, do="prepare", round=number, operations=operations, collect=True)
            started = time.perf_counter()
            replies = [await worker.ask(60, do="stretch", operations=size, collect=True) for size in stretches]
            await worker.ask(60, do="finish")
            outside.append(time.perf_counter() - started)
            inside.append(sum(reply["seconds"] for reply in replies))
    return operations / statistics.median(inside[1:]), operations / statistics.median(outside[1:])


def compare(python: str, stack: str) -> dict[str, float]:
    """Medians over the pairs, in operations per second."""
    found: dict[str, list[float]] = {"bare": [], "measured": [], "with looks": [], "on disk": []}
    operations = 320
    for _ in range(PAIRS):
        memory = scratch_directory()
        found["bare"].append(bare(python, stack, memory, operations))
        shutil.rmtree(memory)
        operations = round(protocols.ROUND_SECONDS * found["bare"][0])
        loop, all_of_it = asyncio.run(measured(python, stack, operations))
        found["measured"].append(loop)
        found["with looks"].append(all_of_it)
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as disk:
            found["on disk"].append(bare(python, stack, disk, operations // 4))
    return {name: statistics.median(rates) for name, rates in found.items()}


def main(python: str, stacks: list[str]) -> None:
    environment = environments.describe(python, ())
    print("| stack | bare ops/s | measured / bare | measured with its looks / bare | measured / on disk |")
    print("| --- | --- | --- | --- | --- |")
    for stack in stacks or list(catalogue.stacks()):
        rates = compare(python, stack)
        ratios = (
            rates["measured"] / rates["bare"],
            rates["with looks"] / rates["bare"],
            rates["measured"] / rates["on disk"],
        )
        figures = " | ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"| {environment.prefix}{stack} | {rates['bare']:,.0f} | {figures} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
