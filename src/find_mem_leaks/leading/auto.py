"""The auto protocol: warm up, then go on until the verdict is decided or the cell's time is up."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from math import ceil

from find_mem_leaks.judging.criteria import MEMORY_CAP, MEMORY_HORIZON
from find_mem_leaks.judging.series import Round
from find_mem_leaks.judging.verdict import Verdict, judge
from find_mem_leaks.leading import caps, ending, family, rounds
from find_mem_leaks.leading.ask import Ask
from find_mem_leaks.leading.order import Order
from find_mem_leaks.leading.recorder import Container, Recorder

WARM_UP_ROUNDS = 3
# The round that covers the horizon of an acquittal is so many times as long as that takes at the pace so far.
SPARE = 1.25
# Operations of a second make three rounds too long: once the warm-up has taken so many seconds, it is over.
WARM_UP_SECONDS = 8.0
# A round's stretches, each ended by a look at memory: enough for the lowest of them to miss most sawtooth garbage, and
# far enough apart that the operations after a look, with caches gone cold, are few.
LOOKS = 10
ROUND_SECONDS = 0.5
# On a busy machine looks and collections take their time: rounds are made as long as this many times as much.
WORTH = 2.0
# No round's operations take more than this share of the cell's time: with what they keep they may become ever slower.
SHARE_OF_TIME = 1 / 8
# An operation of a second leaves no more than this, one to a look.
FEWEST_OPERATIONS = LOOKS
MOST_OPERATIONS = 8_000
# Looks take longer the more objects a workload keeps. Where those of a round take this many times as long as at first,
# and as many seconds at least, rounds are doubled, up to so many operations.
COSTLY = 4.0
COSTLY_SECONDS = 0.1
LONGEST = 8 * MOST_OPERATIONS
# Rounds of one length can beat in time with something periodic in the stack and grow by its phase for ever.
DITHER = (0.7, 1.3)
# Operations tried to learn how long one takes, in stretches that double up to this many seconds.
CALIBRATION_SECONDS = 0.05
CALIBRATION_OPERATIONS = 2_048
# What memory may grow by while that is learned.
CALIBRATION_MEMORY = MEMORY_CAP // 8


async def auto(ask: Ask, order: Order, directory: str, recorder: Recorder) -> None:
    """Warm up, then rounds of random lengths until the verdict is decided or the time cap is reached."""
    begun = time.monotonic()
    is_over = partial(_is_past, begun + order.time_cap + order.grace)
    recorder.opened(await rounds.open_stack(ask, order, directory, 2 * LONGEST))
    seconds, initial_rss = await _calibrate(ask, order, recorder)
    longest = max(2 * ROUND_SECONDS, SHARE_OF_TIME * order.time_cap)
    length = _Length(min(_typical_operations(seconds), recorder.affordable()), longest)
    dither = rounds.dither(order)
    before: dict[Container, int] = {}
    children: dict[int, int] = {}
    enough: float | None = None
    warm_up = True
    for number in count(1):
        stretches = _stretches(order, recorder, length.typical, dither)
        started = time.monotonic()
        round_ = await rounds.carry_out(ask, order, number, stretches, warm_up, recorder, longest, is_over)
        recorder.add(replace(round_, initial_rss=initial_rss) if number == 1 else round_)
        recorder.thin()
        length.learn(round_, time.monotonic() - started, recorder)
        if warm_up and _is_warm(recorder):
            warm_up, children = False, await family.grown(ask, order, recorder)
            before = await caps.entries(ask, order)
        if enough is None and await _is_decided(ask, order, recorder, before):
            enough = order.beyond * recorder.series.operations
        decided = enough is not None and recorder.series.operations >= enough
        if decided or recorder.exhausted or _is_late(order, recorder, time.monotonic() - begun):
            break
    await ending.note(ask, order, recorder, before, children)


def _is_past(deadline: float) -> bool:
    return time.monotonic() > deadline


def _is_late(order: Order, recorder: Recorder, seconds: float) -> bool:
    """Return whether the cell's time is up, which on a busy machine may be before the operations that an acquittal
    takes."""
    lacks = recorder.series.operations < order.rules.fewest
    return seconds > order.time_cap + (order.grace if lacks else 0.0)


def _stretches(order: Order, recorder: Recorder, typical: int, dither: random.Random) -> list[int]:
    """A round of about so many operations; of no more than an acquittal still takes, and a few: the pace may change."""
    operations = _dithered(typical, dither)
    rules, series = order.rules, recorder.series
    left = max(rules.acquit.operations(series), rules.fewest) - series.operations
    if left > 0:
        operations = min(operations, max(LOOKS, ceil(SPARE * left)))
    return rounds.cut(operations, LOOKS, dither)


def _is_warm(recorder: Recorder) -> bool:
    """Return whether the warm-up is over, of which all rounds so far are."""
    rounds_ = recorder.series.rounds
    return len(rounds_) >= WARM_UP_ROUNDS or sum(each.seconds for each in rounds_) > WARM_UP_SECONDS


class _Length:
    """Operations of a typical round: as many as are worth its looks, and no more than memory and time afford.

    longest: seconds that a round may take.
    """

    def __init__(self, typical: int, longest: float) -> None:
        self.typical = self._wanted = typical
        self._longest = longest
        self._looking = 0.0

    def learn(self, round_: Round, took: float, recorder: Recorder) -> None:
        """Choose anew after a round that took so many seconds with its looks."""
        looking = took - round_.seconds
        if round_.warm_up:
            self._looking = looking
            self._wanted = min(_paying_operations(round_, took), recorder.affordable())
        elif _are_costly(looking, self._looking, round_):
            longer = min(2 * self.typical, LONGEST, max(self.typical, recorder.affordable()))
            self._wanted = max(self._wanted, longer)
        # By the last round alone: a machine that was busy for a moment is no longer.
        bearable = self._longest * round_.operations / max(round_.seconds, 1e-9)
        self.typical = min(self._wanted, max(FEWEST_OPERATIONS, round(bearable)))


async def _is_decided(ask: Ask, order: Order, recorder: Recorder, before: dict[Container, int]) -> bool:
    """Return whether more operations cannot change the verdict. Growth that a container with room left explains goes
    on: it will be full, or it will have been something else. Until the horizon of an acquittal is covered nothing is
    decided but by growth that is a horizon of its own."""
    if order.rules.share(order.rules.acquit, recorder.series, last=False) < 1 and recorder.grown < MEMORY_HORIZON:
        return False
    judgement = judge(replace(recorder.series, caps=()), order.rules)
    if judgement.verdict is Verdict.LEAKING:
        await caps.note_grown(ask, order, recorder, before)
        judgement = judge(recorder.series, order.rules)
    return judgement.decided


async def _calibrate(ask: Ask, order: Order, recorder: Recorder) -> tuple[float, int]:
    """Seconds that one operation takes, once its first calls are over; resident memory before them."""
    begin = await ask(order.stall, do="prepare", round=0, operations=2 * CALIBRATION_OPERATIONS)
    operations, seconds = 1, 0.0
    for operations in _doubling(CALIBRATION_OPERATIONS):
        reply = await ask(order.stall, do="stretch", operations=operations)
        recorder.sample(operations, reply)
        seconds = reply["seconds"]
        if seconds > CALIBRATION_SECONDS or recorder.grown > CALIBRATION_MEMORY:
            break
    await ask(order.stall, do="finish")
    return seconds / operations, begin["rss"]


def _doubling(most: int) -> Iterator[int]:
    operations = 1
    while operations <= most:
        yield operations
        operations *= 2


def _typical_operations(seconds_per_operation: float, seconds: float = ROUND_SECONDS) -> int:
    wanted = round(seconds / max(seconds_per_operation, 1e-9))
    return min(max(wanted, FEWEST_OPERATIONS), MOST_OPERATIONS)


def _paying_operations(round_: Round, took: float) -> int:
    """Operations of a round that is worth its looks, from one that took so many seconds with them."""
    looking = took - round_.seconds
    return _typical_operations(round_.seconds / round_.operations, max(ROUND_SECONDS, WORTH * looking))


def _are_costly(looking: float, at_first: float, round_: Round) -> bool:
    """Return whether the looks of a round took much longer than those of the last in the warm-up, and than its
    operations."""
    return looking > max(COSTLY * at_first, COSTLY_SECONDS, WORTH * round_.seconds)


def _dithered(operations: int, dither: random.Random) -> int:
    # Of the shortest rounds all looks are an operation apart: a longer one would only cost time.
    wanted = round(operations * dither.uniform(*DITHER))
    return LOOKS if operations <= LOOKS else max(LOOKS, wanted)
