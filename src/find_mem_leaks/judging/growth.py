"""Does a reading grow, how fast, and does it go on? Pure functions of a series, one probe at a time.

The samples after the warm-up are cut into up to ``POINTS`` groups of equal operations; of each group only the lowest
reading counts, since caches, free lists and garbage push memory up and never down. On these points:

- the *rate* is the slope over the second half of the horizon, by least squares, its standard error by Newey and West
  (1987) so that neighbouring points need not be independent;
- growth is *steady* when the increments between the points of the last three quarters have a mean whose lower bound
  is above zero (each clipped, so that no single jump of a table carries it), do not die away, and amount to more than
  the stack's settling in, and the rate is not surely too slow to speak of (``Probe.slowest``);
- growth is *suspicious* when it may yet turn out to be steady.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from find_mem_leaks.judging.readings import LIVE_BYTES, PAGES, Array, Probe, reading
from find_mem_leaks.judging.series import Sample, Series
from find_mem_leaks.judging.staircase import Staircase, climb, lasting

POINTS = 24
FEWEST_POINTS = 12
# The share of the horizon that counts as settling in, beyond the warm-up rounds.
SETTLING = 0.25
# Increments above this many times the mean of the others are clipped: a table that doubles is one jump, not a rate.
CLIP = 3.0
# One-sided error rate of the test on increments, at each look; a decided cell is looked at once, an undecided
# one some hundred times, so that a random walk is convicted in less than 1 % of runs.
ALPHA = 1e-4
# The same over every other point: a list that over-allocates by an eighth moves in jumps that the points may miss.
COARSE = 2
COARSE_ALPHA = 1e-3
# The shares of its earlier rate below which growth slows down, and dies away; the standard errors that chance may
# explain before growth is no longer steady, and before it is no longer suspicious.
SLOWING = 0.85
DYING = 0.5
SLOWING_ERRORS = 2.0
SURE_ERRORS = 3.0
# A rate this many standard errors above zero is no evidence of absence, however small it is.
SUSPICIOUS_ERRORS = 2.5
# Steady growth never falls by much: it must be this many times the deepest fall on the way.
LEAST_RISE_TO_FALL = 2.0
# What a stack still grows by in the second half of its warm-up is its settling in (free lists, pools and caches that
# fill by chance, ever more slowly): growth afterwards must be this many times as much to be told from more of it, and
# this many times to be suspected.
SETTLING_TIMES = 5.0
SUSPICIOUS_TIMES = 2.0
# Of a short run not more is asked than growth that has been the same all along would show, but for this share.
SETTLING_SHARE = 0.75
# Growth before the second half of the horizon from which a cell is called bounded and not clean, and how many times
# the later readings' own spread it must be.
BOUNDED_BYTES = 32_768
BOUNDED_SPREADS = 4.0
# A single jump that is at least this share of all growth may be the first of many until so many times as many
# operations as it took to come have passed without another.
JUMP = 0.5
OVERDUE = 3.0


@dataclass(frozen=True)
class Interval:
    """A rate per operation and its two-sided confidence interval."""

    rate: float
    low: float
    high: float

    @property
    def bounds(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Jump:
    """A rise from one point to the next: the operations by which it was over, and its size in bytes."""

    operations: int
    size: float


@dataclass(frozen=True)
class Evidence:
    """interval: the rate; steady: growth that goes on; suspicious: growth that may; settled: growth that has ended;
    rise: all of it, after the warm-up; staircase: growth by jumps alone, where memory is what is read; jump: one that
    may come again, None if there was none; later: by how much it rose for good in the last two thirds of the
    operations; falls: whether it still gets less, as something drains that may hide what grows.
    """

    interval: Interval
    steady: bool
    suspicious: bool
    settled: float
    rise: float
    staircase: Staircase | None
    jump: Jump | None
    later: float
    falls: bool


def _points(samples: Sequence[Sample], probe: Probe) -> tuple[Array, Array]:
    """The lowest reading of each group of samples, and the operations at which it was taken; ``FEWEST_POINTS`` at least
    if there are as many samples: where long stretches leave groups empty, groups of as many samples stand in."""
    operations = np.array([sample.operations for sample in samples], dtype=np.float64)
    readings = probe.read(samples)
    edges = np.linspace(operations[0], operations[-1], min(POINTS, len(samples) // 2) + 1)[1:-1]
    groups = np.split(np.arange(len(samples)), np.searchsorted(operations, edges, side="right"))
    groups = [group for group in groups if len(group)]
    if len(groups) < FEWEST_POINTS:
        groups = np.array_split(np.arange(len(samples)), FEWEST_POINTS)
    lowest = [group[np.argmin(readings[group])] for group in groups]
    return operations[lowest], readings[lowest]


def _settling(series: Series, probe: Probe) -> tuple[float, int]:
    """By how much the lowest readings rose from the warm-up's third quarter to the first of what came after it, and
    over how many operations."""
    warm_up = [sample for round_ in series.rounds if round_.warm_up for sample in round_.samples]
    if len(warm_up) < FEWEST_POINTS:
        return 0.0, 1
    after = series.measured[0].samples
    quarter = len(warm_up) // 4
    readings = probe.read([*warm_up, *after[: max(1, len(after) // 2)]])
    rise = readings[len(warm_up) :].min() - readings[2 * quarter : 3 * quarter].min()
    return float(rise), max(1, after[0].operations - warm_up[2 * quarter].operations)


def weigh(series: Series, probe: Probe, confidence: float, limit: float) -> Evidence:
    """limit: bytes per operation under which growth is no leak: one that is lower than usual asks for slower growth."""
    operations, readings = _points(list(series.samples()), probe)
    interval = _interval(operations, readings, confidence, probe.unseen)
    steady = suspicious = False
    if interval.high >= probe.slowest * min(1.0, limit / LIVE_BYTES.slowest):
        steady, suspicious = _steadiness(series, probe, operations, readings)
    return Evidence(
        interval,
        steady,
        suspicious,
        settled=_settled(readings),
        rise=float(readings[-1] - readings[0]),
        staircase=_staircase(series) if probe is LIVE_BYTES else None,
        jump=_jump(operations, readings) if probe in {LIVE_BYTES, PAGES} else None,
        later=_later(operations, readings),
        falls=interval.high < 0 and _drains(readings[len(readings) // 2 :]),
    )


def _steadiness(series: Series, probe: Probe, operations: Array, readings: Array) -> tuple[bool, bool]:
    """Whether growth goes on, and whether it may: without the share of the points that counts as settling in."""
    settling, span = _settling(series, probe)
    start = round(SETTLING * len(operations))
    judged = operations[start:], readings[start:]
    rise = float(readings[-1] - readings[start])
    fall = float((np.maximum.accumulate(readings) - readings).max())
    times = min(SETTLING_TIMES, SETTLING_SHARE * float(operations[-1] - operations[start]) / span)
    to_convict = probe.least_to_convict(list(series.samples()))
    rises = rise >= max(probe.least, to_convict, LEAST_RISE_TO_FALL * fall, times * settling)
    first, second, chance = _halves(*judged)
    slows = second < DYING * first or second + SLOWING_ERRORS * chance < SLOWING * first
    dies = second + SURE_ERRORS * chance < DYING * first
    rate, error = _slope(*judged)
    large = rise >= max(probe.least, 0.0 if probe.exact else min(times, SUSPICIOUS_TIMES) * settling)
    suspicious = large and rate > SUSPICIOUS_ERRORS * error and not dies
    return rises and not slows and _goes_up(*judged), suspicious


def _staircase(series: Series) -> Staircase | None:
    """Of all samples: the first jumps of a table may lie in the warm-up."""
    samples = [sample for round_ in series.rounds for sample in round_.samples]
    operations, readings = reading("operations")(samples), LIVE_BYTES.read(samples)
    return climb(operations, readings)


def _later(operations: Array, readings: Array) -> float:
    kept = lasting(readings)
    return float(kept[-1] - kept[np.searchsorted(operations, operations[-1] / OVERDUE)])


def _jump(operations: Array, readings: Array) -> Jump | None:
    """A lasting jump of memory that is not yet known to have been the only one."""
    kept = lasting(readings)
    rises = np.diff(kept)
    largest = int(np.argmax(rises))
    if rises[largest] < max(BOUNDED_BYTES, JUMP * (kept[-1] - kept[0])):
        return None
    at = operations[largest + 1]
    return Jump(int(at), float(rises[largest])) if operations[-1] < OVERDUE * at else None


def _drains(readings: Array) -> bool:
    """Whether memory falls all the way: what is given back at once has been given back."""
    fall, largest = float(readings[0] - readings[-1]), float(-np.diff(readings).min())
    return fall >= BOUNDED_BYTES and largest < JUMP * fall


def _settled(readings: Array) -> float:
    """Bytes by which memory rose before the second half of the horizon; 0 where that is within its later spread."""
    half, start = len(readings) // 2, max(1, len(readings) // 8)
    later = readings[half:]
    rise = float(np.median(later) - np.median(readings[:start]))
    spread = float(np.median(np.abs(later - np.median(later))))
    return rise if rise >= max(BOUNDED_BYTES, BOUNDED_SPREADS * spread) else 0.0


def _interval(operations: Array, readings: Array, confidence: float, unseen: float) -> Interval:
    """The rate over the second half with its confidence interval.

    It is widened by what unseen events could amount to and, on the side where the rate is heading, by as much as it has
    changed since the quarter before, beyond a standard error: of growth that fades like a logarithm that much is left.
    """
    half, quarter = len(operations) // 2, len(operations) // 4
    rate, error = _slope(operations[half:], readings[half:])
    before, before_error = _slope(operations[quarter:half], readings[quarter:half])
    margin = float(stdtrit(len(operations) - half - 2, (1 + confidence) / 2)) * error
    margin += unseen / float(operations[-1] - operations[half])
    chance = float(np.hypot(error, before_error))
    falling, rising = max(0.0, before - rate - chance), max(0.0, rate - before - chance)
    low = rate - margin
    return Interval(rate, min(low, max(low - falling, 0.0)), rate + margin + rising)


def _slope(operations: Array, readings: Array) -> tuple[float, float]:
    """Least squares: the slope, and its standard error by Newey and West."""
    count = len(operations)
    centred = operations - operations.mean()
    spread = float(centred @ centred)
    rate = float(centred @ readings) / spread
    residuals = readings - readings.mean() - rate * centred
    moments = centred * residuals
    lags = int(count ** (1 / 3))
    variance = float(moments @ moments)
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * float(moments[lag:] @ moments[:-lag])
    independent = float(residuals @ residuals) * spread / count
    return rate, float(np.sqrt(max(variance, independent) * count / (count - 2))) / spread


def _halves(operations: Array, readings: Array) -> tuple[float, float, float]:
    """The rate in the first half, that in the second, and the standard error of their difference."""
    half = len(operations) // 2
    first, first_error = _slope(operations[:half], readings[:half])
    second, second_error = _slope(operations[half:], readings[half:])
    return first, second, float(np.hypot(first_error, second_error))


def _goes_up(operations: Array, readings: Array) -> bool:
    """Whether growth is in every increment, or in every two of them where a table grows by jumps."""
    coarse = slice(None, None, -COARSE)
    return _increments_hold(operations, readings, ALPHA) or _increments_hold(
        operations[coarse][::-1], readings[coarse][::-1], COARSE_ALPHA
    )


def _increments_hold(operations: Array, readings: Array, alpha: float) -> bool:
    """Whether the mean increment per operation is surely above zero."""
    increments = np.diff(readings) / np.diff(operations)
    without_largest = np.delete(increments, np.argmax(increments))
    increments = np.minimum(increments, CLIP * max(float(without_largest.mean()), 0.0))
    count = len(increments)
    mean = float(increments.mean())
    error = float(increments.std(ddof=1)) / np.sqrt(count)
    return mean > 0 and bool(mean > stdtrit(count - 1, 1 - alpha) * error)
