"""What timers of the event loop hold for a while, of clients that misbehave."""

from __future__ import annotations

from dataclasses import replace

from find_mem_leaks.judging.series import Held
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Recorder

# Operations that are weighed, and how often the measured process carries them out for that.
OPERATIONS = 100
TIMES = 3
# A timer is the operations' own if there is one for so many of them: a server has others, such as that of its ticks.
SHARE = 0.1


async def note(ask: Ask, order: Order, recorder: Recorder) -> None:
    """Note what the operations of such a scenario leave to timers; the most frequent stands for all of them."""
    if not order.scenario.is_client or recorder.exhausted:
        return
    await ask(order.stall, do="prepare", round=len(recorder.series.rounds) + 1, operations=TIMES * OPERATIONS)
    seconds = order.stall + recorder.patience(TIMES * OPERATIONS)
    reply = await ask(seconds, do="timers", operations=OPERATIONS)
    held = tuple(
        Held(timer["name"], timer["file"], timer["line"], reply["bytes"] / reply["operations"], reply["seconds"])
        for timer in reply["timers"][:1]
        if timer["number"] >= SHARE * reply["operations"]
    )
    recorder.series = replace(recorder.series, held=held)
