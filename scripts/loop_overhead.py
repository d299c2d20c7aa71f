"""Compare the loop as it is measured with a bare one, and with the one that this project grew from.

``python scripts/loop_overhead.py PYTHON [STACK...]`` runs the same plan in four processes that take turns:

- *measured*: a measured process, with its looks at memory; counted with and without the looks,
- *hands-off*: one as it is deployed, which is not looked at,
- *bare*: a plain loop, nothing else in the process,
- *on disk*: the same plain loop on a database file on disk, where each commit waits for the disk,

several times over with fresh processes, and prints medians of the turns' ratios as a Markdown table. Neighbours in time
share what the machine is busy with; two processes of one kind still differ by some hundredths.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from find_mem_leaks.leading import auto
from find_mem_leaks.leading.worker import Worker
from find_mem_leaks.measured import requests
from find_mem_leaks.scratch import IN_MEMORY
from find_mem_leaks.subjects import catalogue, environments

TURNS = 5
PROCESSES = 8
BARE_LOOP = Path(__file__).with_name("bare_loop.py")


class Bare:
    """A process with the plain loop, asked for one round at a time."""

    def __init__(self, python: str, stack: str, directory: str, operations: int) -> None:
        command = [python, str(BARE_LOOP), str(catalogue.MEASURED), stack, directory, str(operations)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self) -> float:
        """Seconds that one more round took."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


@contextmanager
def bare(python: str, stack: str, operations: int, disk: Path | None) -> Iterator[Bare]:
    """The plain loop, its first round over, on a database in memory or on ``disk``."""
    with tempfile.TemporaryDirectory(dir=disk or IN_MEMORY) as directory:
        loop = Bare(python, stack, directory, operations)
        with loop.process:
            loop.round()
            yield loop
            loop.process.communicate()


async def measured(worker: Worker, number: int, stretches: list[int]) -> tuple[float, float]:
    """Seconds that a round takes in the measured process: without its looks at memory, and with them."""
    await worker.ask(60, do="prepare", round=number, operations=sum(stretches))
    started = time.perf_counter()
    replies = [await worker.ask(60, do="stretch", operations=size) for size in stretches]
    await worker.ask(60, do="finish")
    return sum(reply["seconds"] for reply in replies), time.perf_counter() - started


async def left(worker: Worker, number: int, stretches: list[int]) -> float:
    """Seconds that a round takes in a process that nobody touches."""
    await worker.ask(60, do="prepare", round=number, operations=sum(stretches))
    replies = [await worker.ask(60, do="leave", operations=size) for size in stretches]
    return float(sum(reply["seconds"] for reply in replies))


async def opened(worker: Worker, stack: str, operations: int, *, hands_off: bool) -> None:
    """Open the stack for a plan of so many operations."""
    request: requests.Open = {"directory": worker.directory, "concurrency": 1, "seed": 0, "capacity": operations}
    request.update({"stack": stack, "mix": (1, 1, 1, 1), "hands_off": hands_off})
    await worker.ask(60, do="open", **request)


async def turns(python: str, stack: str, operations: int) -> list[dict[str, float]]:
    """Seconds of each way's round, turn by turn, in four fresh processes."""
    looks = auto.LOOKS
    stretches = [operations // looks + (place < operations % looks) for place in range(looks)]
    seconds = []
    with bare(python, stack, operations, None) as plain, bare(python, stack, operations // 4, Path.cwd()) as on_disk:
        async with Worker(python, 0) as worker, Worker(python, 0, settings={}) as deployed:
            await opened(worker, stack, operations, hands_off=False)
            await opened(deployed, stack, operations, hands_off=True)
            await measured(worker, 0, stretches)
            await left(deployed, 0, stretches)
            for number in range(1, TURNS + 1):
                inside, outside = await measured(worker, number, stretches)
                turn = {"measured": inside, "looks": outside, "bare": plain.round(), "disk": on_disk.round() * 4}
                seconds.append({**turn, "hands_off": await left(deployed, number, stretches)})
    return seconds


def compare(python: str, stack: str) -> tuple[float, float, float, float, float]:
    """Bare operations per second, and the medians of the three ratios to it and of one to the disk's."""
    with bare(python, stack, 320, None) as trial:
        operations = round(auto.ROUND_SECONDS * 320 / trial.round())
    seconds = [turn for _ in range(PROCESSES) for turn in asyncio.run(turns(python, stack, operations))]
    return (
        operations / statistics.median(turn["bare"] for turn in seconds),
        statistics.median(turn["bare"] / turn["measured"] for turn in seconds),
        statistics.median(turn["bare"] / turn["looks"] for turn in seconds),
        statistics.median(turn["bare"] / turn["hands_off"] for turn in seconds),
        statistics.median(turn["disk"] / turn["measured"] for turn in seconds),
    )


def main(python: str, names: list[str]) -> None:
    environment, stacks = environments.describe(python, ()), catalogue.stacks()
    plain = [stack.name for stack in stacks.values() if stack.is_usual and not stack.is_served]
    ratios = "measured / bare | measured with its looks / bare | hands-off / bare | measured / on disk"
    print(f"| stack | bare ops/s | {ratios} |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in names or plain:
        rate, *medians = compare(python, name)
        figures = " | ".join(f"{ratio:.2f}" for ratio in medians)
        print(f"| {environment.label(stacks[name])} | {rate:,.0f} | {figures} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
