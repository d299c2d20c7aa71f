"""What a round is: stretches of operations of random lengths, each ended by a look at memory."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from math import inf

from find_mem_leaks.judging.probes import MODULES
from find_mem_leaks.judging.series import ENTRIES, FILL, IDLE, Round, Sample
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Recorder
from find_mem_leaks.measured import replies


async def open_stack(ask: Ask, order: Order, directory: str, capacity: int, *, hands_off: bool = False) -> replies.Open:
    """Let the process open the order's stack, and return its reply; ``capacity``: operations of its longest round;
    ``hands_off``: nothing is to be done to it between them."""
    return await ask(
        order.stall,
        do="open",
        stack=order.stack,
        file=order.file,
        application=order.application,
        test=order.test,
        database=order.database.url if order.database else None,
        scenario=order.scenario.name,
        concurrency=order.concurrency,
        directory=directory,
        mix=order.scenario.mix,
        seed=order.seed,
        capacity=capacity,
        probes=(*MODULES, ENTRIES, FILL, IDLE),
        hands_off=hands_off,
    )


def dither(order: Order) -> random.Random:
    """Return where lengths come from: of one order always the same."""
    return random.Random(f"{order.seed}/{order.stack}/{order.scenario.name}")


def cut(operations: int, looks: int, dither: random.Random) -> list[int]:
    """Cut a round into stretches of random lengths, each of at least one operation."""
    cuts = sorted(dither.sample(range(1, operations), min(looks, operations) - 1))
    return [end - begin for begin, end in zip([0, *cuts], [*cuts, operations], strict=True)]


async def carry_out(
    ask: Ask,
    order: Order,
    number: int,
    stretches: list[int],
    warm_up: bool,
    recorder: Recorder,
    longest: float = inf,
    is_over: Callable[[], bool] = lambda: False,
) -> Round:
    """A round of these stretches, or of as many of them as memory affords and as begin within ``longest`` seconds of
    operations; single operations are carried out all the same, until time ``is_over``."""
    planned = sum(stretches)
    begin = await ask(order.stall, do="prepare", round=number, operations=planned)
    round_ = _begun(begin, warm_up)
    for stretch in stretches:
        reply = await ask(order.stall + recorder.patience(stretch), do="stretch", operations=stretch)
        round_ = _longer(round_, stretch, recorder.sample(stretch, reply))
        recorder.keep(round_)
        if recorder.exhausted or (round_.seconds > longest and (stretch > 1 or is_over())):
            break
    end = await ask(order.stall, do="finish")
    round_ = _longer(round_, 0, recorder.sample(0, end["exact"]))
    return replace(round_, final_rss=end["rss"], anonymous=end["anonymous"], peak=end["peak"])


def _begun(begin: replies.Prepare, warm_up: bool) -> Round:
    """A round of which nothing has been carried out."""
    counts, rss = begin["counts"], begin["rss"]
    return Round(
        operations=0,
        counts=(counts.get("create", 0), counts.get("read", 0), counts.get("update", 0), counts.get("delete", 0)),
        warm_up=warm_up,
        initial_rss=rss,
        final_rss=rss,
        anonymous=0,
        peak=rss,
        samples=(),
    )


def _longer(round_: Round, operations: int, sample: Sample) -> Round:
    """The round with one more stretch; what only its end can tell is what the last look saw of it."""
    return replace(
        round_,
        operations=round_.operations + operations,
        final_rss=sample.rss,
        peak=max(round_.peak, sample.rss),
        samples=(*round_.samples, sample),
    )
