"""The fixed protocol: exactly the rounds and operations that were asked for."""

from __future__ import annotations

from find_mem_leaks.leading import caps, ending, family, held, rounds
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Container, Recorder

# A round's stretches: as many as make a look every so many operations, within these bounds.
LOOKS = (16, 256)
STRETCH = 100


async def fixed(ask: Ask, order: Order, directory: str, recorder: Recorder) -> None:
    """Exactly ``order.rounds`` rounds of the scenario's operations; the first counts as warm-up if others follow."""
    assert order.rounds is not None
    operations = order.scenario.operations
    capacity = max(operations, held.TIMES * held.OPERATIONS)
    recorder.opened(await rounds.open_stack(ask, order, directory, capacity))
    fewest, most = LOOKS
    looks = min(max(operations // STRETCH, fewest), most, operations)
    dither = rounds.dither(order)
    before, children = await _prime(ask, order), await family.grown(ask, order, recorder)
    for number in range(order.rounds):
        warm_up = number == 0 and order.rounds > 1
        stretches = rounds.cut(operations, looks, dither)
        recorder.add(await rounds.carry_out(ask, order, number, stretches, warm_up, recorder))
        if warm_up:
            before, children = await caps.entries(ask, order), await family.grown(ask, order, recorder)
        if recorder.exhausted:
            break
    await ending.note(ask, order, recorder, before, children)


async def _prime(ask: Ask, order: Order) -> dict[Container, int]:
    """A round of no operations: what the looks themselves take for the first time is then behind us."""
    await ask(order.stall, do="prepare", round=0, operations=0)
    await ask(order.stall, do="stretch", operations=0)
    await ask(order.stall, do="finish")
    return await caps.entries(ask, order)
