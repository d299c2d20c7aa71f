"""Series to verdict: pure functions, no input or output.

The samples after the warm-up are cut into up to ``POINTS`` groups of equal operations; of each group only the lowest
reading counts, since caches, free lists and garbage push memory up and never down. On these points:

- the *rate* is the slope over the second half of the horizon, by least squares, its standard error by Newey and West
  (1987) so that neighbouring points need not be independent;
- growth is *steady* when the increments between the points of the last three quarters have a mean whose lower bound
  is above zero (each clipped, so that no single jump of a table carries it) and do not die away;
- a cell is ``leaking`` when growth is steady over a long enough horizon, ``clean`` or ``bounded`` when the rate's upper
  bound lies under the limit and growth is not steady, else ``inconclusive``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from find_mem_leaks.series import Sample, Series

Array = NDArray[np.float64]

POINTS = 24
FEWEST_POINTS = 12
# The share of the horizon that counts as settling in, beyond the warm-up rounds.
SETTLING = 0.25
# Increments above this many times the mean of the others are clipped: a table that doubles is one jump, not a rate.
CLIP = 3.0
# One-sided error rate of the test on increments, at each look; a decided cell is looked at once, an undecided
# one some hundred times, so that a random walk is convicted in less than 1 % of runs.
ALPHA = 1e-4
# The same over every third point: a list that over-allocates by an eighth moves in jumps that the points may miss.
COARSE = 3
COARSE_ALPHA = 1e-3
# Growth of the second half against the first, and of the last third against all, below which it is dying away.
STEADY_HALF = 0.6
STEADY_END = 0.5
# The rule of three: with no event in n operations the rate is below 3 / n; an event is one small object.
UNSEEN_BYTES = 3 * 64
UNSEEN_BLOCKS = 3
# Growth over the judged points that is too small to speak of, whatever its regularity.
LEAST_BYTES = 512
LEAST_BLOCKS = 8
# Growth before the second half of the horizon from which a cell is called bounded and not clean.
BOUNDED_BYTES = 4096


class Verdict(StrEnum):
    CLEAN = "clean"
    BOUNDED = "bounded"
    LEAKING = "leaking"
    INCONCLUSIVE = "inconclusive"
    FAILED = "failed"


@dataclass(frozen=True)
class Rules:
    """What a verdict takes.

    limit: bytes per operation under which growth is no leak; confidence: of the two-sided interval; acquit_operations
    and acquit_seconds, convict_operations and convict_seconds: a horizon of that many operations, or of operations
    that took so many seconds, must lie behind an acquittal or a conviction, whichever is reached first.
    """

    limit: float = 1.0
    confidence: float = 0.99
    acquit_operations: int = 20_000
    acquit_seconds: float = 5.0
    convict_operations: int = 60_000
    convict_seconds: float = 12.0


@dataclass(frozen=True)
class Interval:
    """A rate per operation and its two-sided confidence interval."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Judgement:
    """bytes and blocks: growth per operation over the second half of the horizon, None where there were too few
    samples; settled: bytes that memory grew by before; decided: False where more operations could change the verdict;
    reason: one sentence."""

    verdict: Verdict
    bytes: Interval | None
    blocks: Interval | None
    settled: float
    decided: bool
    reason: str


@dataclass(frozen=True)
class _Evidence:
    interval: Interval
    steady: bool
    settled: float


def judge(series: Series, rules: Rules, *, last: bool = False) -> Judgement:
    """The verdict on what has been measured so far; ``last`` says that nothing more will come."""
    samples = list(series.samples())
    if len(samples) < 2 * FEWEST_POINTS:
        reason = f"{len(samples)} samples are too few for a verdict: give it more operations"
        return Judgement(Verdict.INCONCLUSIVE, None, None, 0.0, False, reason)
    live = _weigh(_points(samples, "live_bytes"), rules.confidence, UNSEEN_BYTES, LEAST_BYTES)
    blocks = _weigh(_points(samples, "blocks"), rules.confidence, UNSEEN_BLOCKS, LEAST_BLOCKS)
    verdict, decided, reason = _decide(live, blocks, series, rules, last)
    return Judgement(verdict, live.interval, blocks.interval, live.settled, decided, reason)


def _decide(
    live: _Evidence, blocks: _Evidence, series: Series, rules: Rules, last: bool
) -> tuple[Verdict, bool, str]:
    operations, seconds = series.operations, series.seconds
    share = _horizon(operations, seconds, rules.convict_operations, rules.convict_seconds)
    steady = live.steady or blocks.steady
    if steady and (share >= 1 or (last and share >= 0.25)):
        probe = "live bytes" if live.steady else "allocated blocks"
        return Verdict.LEAKING, True, f"{probe} grow steadily over {operations:,} operations"
    enough = _horizon(operations, seconds, rules.acquit_operations, rules.acquit_seconds) >= 1
    under = live.interval.high < rules.limit
    if under and (last or (enough and not steady)):
        if live.settled >= BOUNDED_BYTES:
            reason = f"grew by {live.settled:,.0f} bytes and stopped"
            return Verdict.BOUNDED, True, reason
        return Verdict.CLEAN, True, f"no growth over {operations:,} operations"
    if steady:
        reason = f"grows, but {operations:,} operations are too few to tell a leak from a cache that fills"
    else:
        reason = f"after {operations:,} operations growth of {live.interval.high:.2g} B/op is not ruled out"
    return Verdict.INCONCLUSIVE, False, f"{reason}: give it more operations or a longer time cap"


def _horizon(operations: int, seconds: float, least: int, least_seconds: float) -> float:
    """How much of the horizon that a verdict takes has been covered; 1 is enough."""
    return max(operations / least, seconds / least_seconds)


def _points(samples: Sequence[Sample], probe: str) -> tuple[Array, Array]:
    """The lowest reading of each group of samples, and the operations at which it was taken."""
    groups = np.array_split(np.arange(len(samples)), min(POINTS, len(samples) // 2))
    operations = np.array([sample.operations for sample in samples], dtype=np.float64)
    readings = np.array([getattr(sample, probe) for sample in samples], dtype=np.float64)
    lowest = [group[np.argmin(readings[group])] for group in groups]
    return operations[lowest], readings[lowest]


def _weigh(points: tuple[Array, Array], confidence: float, unseen: float, least: float) -> _Evidence:
    operations, readings = points
    half = len(operations) // 2
    interval = _slope(operations[half:], readings[half:], confidence, unseen)
    start = round(SETTLING * len(operations))
    steady = _is_steady(operations[start:], readings[start:], least)
    settled = float(np.median(readings[half:]) - readings[0])
    return _Evidence(interval, steady, settled)


def _slope(operations: Array, readings: Array, confidence: float, unseen: float) -> Interval:
    """Least squares with Newey-West standard errors, widened by what one unseen event could amount to."""
    count = len(operations)
    centred = operations - operations.mean()
    spread = float(centred @ centred)
    rate = float(centred @ readings) / spread
    moments = centred * (readings - readings.mean() - rate * centred)
    lags = int(count ** (1 / 3))
    variance = float(moments @ moments)
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * float(moments[lag:] @ moments[:-lag])
    plain = float(((readings - readings.mean() - rate * centred) ** 2).sum()) * spread / count
    error = np.sqrt(max(variance, plain) * count / (count - 2)) / spread
    margin = float(stdtrit(count - 2, (1 + confidence) / 2) * error)
    margin += unseen / float(operations[-1] - operations[0])
    return Interval(rate, rate - margin, rate + margin)


def _is_steady(operations: Array, readings: Array, least: float) -> bool:
    """Whether growth goes on: seen in every increment, or in every few of them where a table grows by jumps."""
    if readings[-1] - readings[0] < least:
        return False
    coarse = slice(None, None, COARSE)
    return _increments_hold(operations, readings, ALPHA) or _increments_hold(
        operations[::-1][coarse][::-1], readings[::-1][coarse][::-1], COARSE_ALPHA
    )


def _increments_hold(operations: Array, readings: Array, alpha: float) -> bool:
    increments = np.diff(readings) / np.diff(operations)
    without_largest = np.delete(increments, np.argmax(increments))
    increments = np.minimum(increments, CLIP * max(float(without_largest.mean()), 0.0))
    count = len(increments)
    mean = float(increments.mean())
    error = float(increments.std(ddof=1)) / np.sqrt(count)
    if mean <= 0 or mean <= stdtrit(count - 1, 1 - alpha) * error:
        return False
    half, third = count // 2, count // 3
    keeps_on = increments[half:].mean() >= STEADY_HALF * increments[:half].mean()
    return bool(keeps_on and increments[-third:].mean() >= STEADY_END * mean)
