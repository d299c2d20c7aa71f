"""The processes below the measured one: how much each has grown by since the warm-up was over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from find_mem_leaks.judging.probes import CHILD_PROCESSES
from find_mem_leaks.judging.series import Child
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Recorder
from find_mem_leaks.measured import replies

# Processes that a record keeps, and those of which it is remembered what they had grown by in the warm-up.
MOST = 32
MOST_BEFORE = 1_000


async def grown(ask: Ask, order: Order, recorder: Recorder) -> dict[int, int]:
    """Return by how many bytes each process has grown since it was first seen."""
    return {each["pid"]: each["grown"] for each in await _processes(ask, order, recorder, MOST_BEFORE)}


async def note(ask: Ask, order: Order, recorder: Recorder, before: Mapping[int, int]) -> None:
    """Note all processes, the one that grew most first, with what they had grown by ``before``."""
    processes = await _processes(ask, order, recorder, MOST)
    children = [
        Child(each["pid"], each["name"], before.get(each["pid"], 0), each["grown"], each["private"], each["pss"])
        for each in processes
    ]
    children.sort(key=lambda child: -child.growth)
    recorder.series = replace(recorder.series, children=tuple(children))


async def _processes(ask: Ask, order: Order, recorder: Recorder, most: int) -> Sequence[replies.Process]:
    """Return what the measured process says, which is asked only if the last look counted any."""
    rounds = recorder.series.rounds[-1:]
    if not any(sample.counts.get(str(CHILD_PROCESSES.module)) for round_ in rounds for sample in round_.samples):
        return []
    return (await ask(order.stall, do="family", most=most))["family"]
