"""The tests of a verdict: five lists to be read from top to bottom. Pure functions of what was measured.

- A reading *grows steadily* if it passes all of ``STEADY``; live bytes grow *by jumps* if they pass ``BY_JUMPS``.
- Such growth *convicts* if the cell passes all of ``CONVICTING``.
- A cell is *acquitted* if it passes all of ``ACQUITTING``; the first that it does not pass is its reason.
- Where an operation failed, growth convicts if a reading passes all of ``RUN_OUT``; else the cell has failed.

A test is a function of the evidence and a probe: it returns a figure and the threshold that the figure must reach or,
under *At most*, must not exceed. Its docstring is what people read of it: a statement that is true of what passes, what
the figure is, what it is held against and where that comes from.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import comb
from typing import Any

from find_mem_leaks.judging.evidence import Evidence
from find_mem_leaks.judging.failure import kinds
from find_mem_leaks.judging.growth import FOLD, WITHOUT_BOUND
from find_mem_leaks.judging.probes import LIVE_BYTES, MEMORY, PROBES, THINGS, Probe
from find_mem_leaks.judging.readings import LARGE, NEAR, SURE
from find_mem_leaks.judging.statements import Statement, read, statements

# The share of its earlier rate below which growth slows down, and the standard errors that chance may explain.
SLOWING = 0.85
CHANCE = 2.0
# In one run of so many as few rises of a number of things fall into the last half where they go on.
RARELY = 20
# Steady growth never falls by much: it must be so many times the deepest fall on the way.
RISE_TO_FALL = 2.0
# What a stack still grows by in the second half of its warm-up is its settling in (free lists, pools and caches that
# fill by chance, ever more slowly): growth afterwards must be so many times as much to be told from more of it.
SETTLING_TIMES = 5.0
# That much growth of memory, in bytes, is a horizon of its own.
MEMORY_HORIZON = 1 << 28
# Growth of memory, in bytes, at which a cell is stopped, for its machine's sake.
MEMORY_CAP = 4 * MEMORY_HORIZON
# Bytes that an entry of a container with a known bound accounts for at most, where looks counted no entries.
BYTES_PER_ENTRY = 400

Compared = tuple[float, float]
# The evidence is that of the list that a test is in.
Compare = Callable[[Any, Probe], Compared]


@dataclass(frozen=True)
class Outcome:
    """The outcome of a test.

    Attributes:
        test: name of the test.
        probe: key of the probe whose reading it was put to; empty for a test of the whole cell.
        figure, threshold: what was compared.
        passed: whether the test was passed.
    """

    test: str
    probe: str
    figure: float
    threshold: float
    passed: bool


@dataclass(frozen=True)
class Criterion:
    """A test: its function, and the probes whose readings it is put to, none for a test of the whole cell."""

    compare: Compare
    probes: Sequence[Probe]

    @functools.cached_property
    def statement(self) -> Statement:
        """The test in words."""
        name, docstring = self.compare.__name__, self.compare.__doc__
        return read(name, docstring) if docstring else statements()[name.replace("_", " ")]  # `python -OO` drops it

    def outcome(self, evidence: Any, probe: Probe) -> Outcome:
        figure, threshold = self.compare(evidence, probe)
        passed = figure <= threshold if self.statement.at_most else figure >= threshold
        return Outcome(self.statement.name, probe.key if self.probes else "", figure, threshold, bool(passed))


def put(tests: Sequence[Criterion], evidence: Any) -> list[Outcome]:
    """Put each test to the readings of each of its probes, or once to the whole cell."""
    return [test.outcome(evidence, probe) for test in tests for probe in test.probes or (LIVE_BYTES,)]


def amount(evidence: Evidence, probe: Probe) -> Compared:
    """The reading rises by more than a few objects.

    Figure: rise over the last three quarters of the operations.
    At least: 8 small objects, blocks or things, 128 pages, which the kernel may count late; of resident pages 64 MiB or
        all that the allocators hold, the largest buffer of theirs that may be filled for the first time; of child
        processes' memory 16 MiB, since their garbage is not collected.
    """
    return evidence.growth(probe).rise, max(probe.least, probe.reserve(evidence.measured))


def pace(evidence: Evidence, probe: Probe) -> Compared:
    """It may rise faster than by one small object in 2,000 operations.

    Figure: upper bound of its rate per operation.
    At least: that rate for live bytes and blocks, since caches note down what their entries were; 0 for the others.
        With a limit (`--limit`) below it, as much less.
    """
    return evidence.growth(probe).interval.high, evidence.slowest(probe)


def fall(evidence: Evidence, probe: Probe) -> Compared:
    """It never falls by much on the way.

    Figure: its rise.
    At least: twice the deepest fall; a saw-tooth falls by all that it rose.
    """
    return evidence.growth(probe).rise, RISE_TO_FALL * evidence.growth(probe).deepest_fall


def settling(evidence: Evidence, probe: Probe) -> Compared:
    """It rises by much more than the stack's settling in.

    Figure: its rise.
    At least: 5 times the rise over the second half of the warm-up; in a short run 0.85 of what that pace comes to.
    """
    before, longer = evidence.growth(probe).settling
    return evidence.growth(probe).rise, min(SETTLING_TIMES, SLOWING * longer) * before


def slowing(evidence: Evidence, probe: Probe) -> Compared:
    """It does not slow down.

    Figure: rate over the second half of the last three quarters, and 2 standard errors.
    At least: 0.85 of the rate over the first half; growth like a square root keeps 0.72 of it, like a logarithm 0.51.
    """
    first, second, error = evidence.growth(probe).halves
    return second + CHANCE * error, SLOWING * first


def increments(evidence: Evidence, probe: Probe) -> Compared:
    """It rises from point to point, not in a few places by chance.

    Figure: mean increment in standard errors, each increment clipped at three times the mean of the others; the more of
        single ones and of two together.
    At least: 4.6; of 18 increments without a trend one series in 10,000 reaches it (Student's t).
    """
    return evidence.growth(probe).sureness, SURE


STEADY = tuple(Criterion(test, PROBES) for test in (amount, pace, fall, settling, slowing, increments))


def rise(evidence: Evidence, probe: Probe) -> Compared:
    """Live bytes rise by what a table takes.

    Figure: what came for good in all operations but the first 64th.
    At least: 32 KiB.
    """
    return float(sum(rises.sum() for rises in evidence.growth(probe).folds)), LARGE


def jumps(evidence: Evidence, probe: Probe) -> Compared:
    """They rise in few places.

    Figure: share of the growth that came in the two largest rises from look to look, in the last three quarters of all
        operations and in the three quarters before; the smaller of both.
    At least: 0.9; a table that is made 2 or 4 times as large whenever it is full comes to 1.
    """
    return evidence.growth(probe).jumps, NEAR


def fourfold(evidence: Evidence, probe: Probe) -> Compared:
    """Live bytes rise fourfold in fourfold operations, and did so before.

    Figure: nearness to fourfold of what came for good in the last three quarters of all operations against the three
        quarters before, and of that against the ones before: the less near.
    At least: 0.9; a table that is made 2 or 4 times as large whenever it is full comes to 1.
    """
    return evidence.growth(probe).fourfold, NEAR


BY_JUMPS = tuple(Criterion(test, (LIVE_BYTES,)) for test in (rise, jumps, fourfold))


def horizon_of_a_conviction(evidence: Evidence, _: Probe) -> Compared:
    """The run is long enough to tell a leak from a cache that fills; by jumps, when the last of them came.

    Figure: share of the horizon that was covered.
    At least: 1, that is 1,000,000 operations times seconds, or 20 s of operations, and 3 s on the clock; or 256 MiB of
        steady growth. Of a run that is over, 10,000 operations or 5 s.
    """
    share = evidence.share(evidence.rules.convict)
    if evidence.by_jumps:
        return share * evidence.growth(LIVE_BYTES).last_jump, 1.0
    rises = [evidence.growth(probe).rise for probe in evidence.suspects if probe.is_bytes]
    return max([share, *(each / MEMORY_HORIZON for each in rises)]), 1.0


def cache(evidence: Evidence, _: Probe) -> Compared:
    """Containers with a known bound that still fill, or have just filled, do not explain growth of live bytes.

    Figure: share of the growth that they may account for, at 400 bytes an entry; or, where entries were counted at each
        look, at any size that comes to less than 256 MiB when they are full, and 0 if it surely goes with operations.
    At most: 1; a container has filled for certain when half as many operations again are over.
    """
    if not evidence.filling or not all(probe.slowest for probe in evidence.suspects):
        return 0.0, 1.0
    grown = max(evidence.growth(LIVE_BYTES).interval.rate * evidence.series.operations, 1.0)
    entries = sum(cap.after - cap.before for cap in evidence.filling)
    if evidence.beside_entries is None:
        return entries * BYTES_PER_ENTRY / grown, 1.0
    when_full = grown / entries * sum(cap.cap for cap in evidence.filling)
    is_beside = evidence.beside_entries > evidence.slowest(LIVE_BYTES)
    return 0.0 if is_beside else MEMORY_HORIZON / when_full, 1.0


CONVICTING = tuple(Criterion(test, ()) for test in (horizon_of_a_conviction, cache))


def want(evidence: Evidence, probe: Probe) -> Compared:
    """The operation failed for want of what the reading uses up.

    Figure: 1 if its error says so, such as `EMFILE`, `MemoryError` or too many connections; else the share of its
        ceiling, such as `RLIMIT_NOFILE`, that was in use by the last look.
    At least: 0.9; an operation may need more than one thing at once.
    """
    return max(map(evidence.want, kinds(probe))), NEAR


def room(evidence: Evidence, probe: Probe) -> Compared:
    """Growth used up most of what was free, so that it is what the operation lacked.

    Figure: share of what was free when the stack had been opened that was used up from the first look to the last; 1
        if the error names a ceiling that the process does not see, such as a server's, and no other was reached.
    At least: what growth did not use up of it: an operation that needs more than that fails whatever grows.
    """
    lacking = [kind for kind in kinds(probe) if evidence.want(kind) >= NEAR]
    share = max(map(evidence.used_up, lacking), default=0.0)
    return share, 1.0 - share


RUN_OUT = tuple(Criterion(test, tuple(probe for probe in PROBES if kinds(probe))) for test in (want, room))


def calls(evidence: Evidence, _: Probe) -> Compared:
    """Live bytes do not grow with the calls of the workload by this tool.

    Figure: bytes that came with calls, whether of many operations or few; 0 if some surely came with operations.
    At most: 32 KiB.
    Otherwise: live bytes grew by {figure:,.0f} bytes with the calls that this tool makes of the workload, not with its
        {operations:,} operations: each call leaves something behind, such as the frame of its caller; where each
        request is a call, that is a leak
    """
    return evidence.by_calls, LARGE


def growing(evidence: Evidence, probe: Probe) -> Compared:
    """No reading grows steadily or by jumps.

    Figure: 1 if it does.
    At most: 0.
    Otherwise: {probe} grew in all {operations:,} operations; a cache could still be filling
    """
    return float(probe in evidence.suspects), 0.0


def suspicion(evidence: Evidence, probe: Probe) -> Compared:
    """No reading surely grows, even unsteadily.

    Figure: its rise over the last half of the operations, at the lower bound of its rate.
    At most: 0; of live bytes and blocks one small object in 2,000 operations, and not asked if the run is over; of
        resident pages 1 MiB, which may be a buffer of the allocators, of child processes' memory 1 MiB, which may be
        garbage; or as much of these as the limit comes to.
    Otherwise: {probe} grew over the last half of {operations:,} operations; a cache could still be filling
    """
    growth, spared = evidence.growth(probe), evidence.last and probe.slowest > 0
    half = float(growth.operations[-1] - growth.operations[len(growth.operations) // 2])
    doubtful = max(probe.doubtful, evidence.rules.effective_limit * half) if probe.doubtful else 0.0
    unsuspicious = max(evidence.slowest(probe) * half, doubtful)
    return growth.interval.low * half, WITHOUT_BOUND if spared else unsuspicious


def later(evidence: Evidence, probe: Probe) -> Compared:
    """Memory did not jump late in the run, as in jumps that come again and again.

    Figure: the largest lasting rise from point to point in the last three quarters of the operations; 0 if all others
        come to as much.
    At most: the limit, over a quarter of the operations; no less than 32 KiB of live bytes, 1 MiB of pages, 16 MiB of
        child processes' memory.
    Otherwise: {probe} jumped by {figure:,.0f} bytes in the last 3/4 of {operations:,} operations; it could jump again
    """
    return evidence.growth(probe).later, max(
        evidence.rules.effective_limit * evidence.series.operations / FOLD, probe.later
    )


def limit(evidence: Evidence, probe: Probe) -> Compared:
    """Growth of the limit would have been seen.

    Figure: upper bound of the rate of live bytes, without credit for a fall.
    At most: the limit (`--limit`); without one 1 B/op, and 1 MB an hour where an operation takes more than 3.6 ms.
    Otherwise: growth of {figure:.2g} B/op is not ruled out over {operations:,} operations
    """
    interval = evidence.growth(probe).interval
    return interval.high - min(interval.rate, 0.0), evidence.rules.effective_limit


def rare(evidence: Evidence, probe: Probe) -> Compared:
    """Memory did not rise in few places before, as a leak does that comes once in hundreds of operations.

    Figure: what came for good in the second quarter of all operations, if nearly all of it came in 4 looks and as much
        had come at once before: that nothing has come since may be chance; else 0.
    At most: the limit, over three quarters of the operations; no less than 1 MiB of pages, 16 MiB of child processes'
        memory.
    Otherwise: {probe} rose by {figure:,.0f} bytes in a few jumps over {operations:,} operations; there could be more
    """
    most = evidence.rules.effective_limit * evidence.growth(probe).every[-1] * (1 - 1 / FOLD)
    return evidence.growth(probe).sparse, max(float(most), 0.0 if probe is LIVE_BYTES else probe.later)


def stays(evidence: Evidence, probe: Probe) -> Compared:
    """No other memory than live bytes came to stay, in however many jumps.

    Figure: what came for good in the last half of all operations.
    At most: the limit, over as many; no less than 1 MiB of pages, 16 MiB of child processes' memory.
    Otherwise: {probe} grew by {figure:,.0f} bytes for good in the last half of {operations:,} operations
    """
    growth = evidence.growth(probe)
    return growth.kept, max(evidence.rules.effective_limit * float(growth.every[-1]) / 2, probe.later)


def again(evidence: Evidence, probe: Probe) -> Compared:
    """No number of things goes on rising, one by one.

    Figure: looks in the last half of all operations that found more than all before, and no less than all after.
    At most: 1, or the most of which 1 run in 20 has no more, if each of its rises but those in the first 64th of all
        operations came in either half by chance: what goes on rising does so as often in both.
    Otherwise: {probe} rose {figure:.0f} times in the last half of {operations:,} operations and never fell again
    """
    rises, after = evidence.growth(probe).records
    return float(after), float(max(_few_of(rises), 1))


@functools.cache
def _few_of(rises: int) -> int:
    """The most that fall into one half of the operations by chance in no more than one run of ``RARELY``."""
    chances = accumulate(comb(rises, few) for few in range(rises + 1))
    return sum(RARELY * chance <= 1 << rises for chance in chances) - 1


def drain(evidence: Evidence, probe: Probe) -> Compared:
    """Nothing drains that could hide what grows.

    Figure: fall of live bytes over the second half, without the largest single one; 0 if their rate may be 0.
    At most: 32 KiB.
    Otherwise: live bytes are still falling, which could hide a leak
    """
    growth = evidence.growth(probe)
    return growth.drain if growth.interval.high < 0 else 0.0, LARGE


def horizon_of_an_acquittal(evidence: Evidence, _: Probe) -> Compared:
    """The run is long enough to have seen what comes now and then.

    Figure: share of the horizon that was covered.
    At least: 1, that is 100,000 operations times seconds, or 5 s of operations. Of a run that is over, 10,000. Of a
        stack that ships never less than 2,000 operations.
    Otherwise: {operations:,} operations are too few to call it clean
    """
    share, fewest = evidence.share(evidence.rules.acquit), evidence.rules.fewest
    return min(share, evidence.series.operations / fewest) if fewest else share, 1.0


ACQUITTING = (
    Criterion(calls, ()),
    Criterion(growing, PROBES),
    Criterion(suspicion, PROBES),
    Criterion(later, MEMORY),
    Criterion(limit, (LIVE_BYTES,)),
    Criterion(rare, MEMORY),
    Criterion(stays, tuple(probe for probe in MEMORY if probe is not LIVE_BYTES)),
    Criterion(again, THINGS),
    Criterion(drain, (LIVE_BYTES,)),
    Criterion(horizon_of_an_acquittal, ()),
)
