"""What is asked of a measured process when a cell's rounds are over, and noted beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from find_mem_leaks.judging.series import Unended
from find_mem_leaks.leading import caps, family, held
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Container, Recorder


async def note(
    ask: Ask, order: Order, recorder: Recorder, before: dict[Container, int], children: Mapping[int, int]
) -> None:
    """Note all of it.

    Args:
        ask, order, recorder: the cell.
        before: entries of containers with a known bound when the warm-up was over.
        children: bytes that the processes below the measured one had grown by then.
    """
    await caps.note_grown(ask, order, recorder, before)
    await family.note(ask, order, recorder, children)
    await held.note(ask, order, recorder)
    await unended(ask, order, recorder)
    await answers(ask, order, recorder)


async def unended(ask: Ask, order: Order, recorder: Recorder) -> None:
    """Note the tasks that operations have begun and that never end, where there are any."""
    if recorder.never_ends:
        tasks = (await ask(order.stall, do="unended"))["tasks"]
        recorder.series = replace(recorder.series, unended=tuple(Unended(**task) for task in tasks))


async def answers(ask: Ask, order: Order, recorder: Recorder) -> None:
    """Note how often an application answered with each status; clients that misbehave keep no such count."""
    if order.application is None or order.application.get("roles"):
        return
    found = (await ask(order.stall, do="answers"))["answers"]
    recorder.series = replace(recorder.series, answers=dict(sorted(found.items())))
