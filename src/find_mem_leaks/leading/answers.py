"""What an application has answered while it was measured."""

from __future__ import annotations

from dataclasses import replace

from find_mem_leaks.leading.order import Ask, Order
from find_mem_leaks.leading.recorder import Recorder


async def note(ask: Ask, order: Order, recorder: Recorder) -> None:
    """Note how often an application gave answers of each status; of clients that misbehave it is another's affair."""
    if order.application is None or order.application.get("roles"):
        return
    reply = await ask(order.stall, do="answers")
    found = {status: int(number) for status, number in sorted(reply["answers"].items())}
    recorder.series = replace(recorder.series, answers=found)
