"""Tasks that never end, of a served application."""

from __future__ import annotations

from dataclasses import replace

from find_mem_leaks.judging.series import Unended
from find_mem_leaks.leading.order import Ask, Order
from find_mem_leaks.leading.recorder import Recorder


async def note(ask: Ask, order: Order, recorder: Recorder) -> None:
    """Note the tasks that operations have begun and that never end, where there are any."""
    if not recorder.never_ends:
        return
    reply = await ask(order.stall, do="unended")
    found = tuple(Unended(task["name"], task["file"], task["line"], task["number"]) for task in reply["tasks"])
    recorder.series = replace(recorder.series, unended=found)
