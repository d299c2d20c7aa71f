"""A cell once more, up to the operation that failed: looks as many as a verdict takes, however early it failed.

By then a reading has used up what there was, or it has not. Where the operation does not fail again, nothing is known.
"""

from __future__ import annotations

from find_mem_leaks.leading import rounds
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Recorder

# Looks until then, and the share of them that is warm-up: one in so many.
LOOKS = 64
WARM_UP = 4


async def until_it_fails(ask: Ask, order: Order, directory: str, recorder: Recorder, operations: int) -> None:
    """Carry out ``operations``, after which one failed before, and as many again if none does."""
    recorder.opened(await rounds.open_stack(ask, order, directory, operations))
    stretches = rounds.cut(operations, LOOKS, rounds.dither(order))
    warm_up = len(stretches) // WARM_UP
    for number, part in enumerate((stretches[:warm_up], stretches[warm_up:], stretches)):
        recorder.add(await rounds.carry_out(ask, order, number, part, number == 0, recorder))
        if recorder.exhausted:
            break
