"""Growth of a reading: the figures that the tests of a verdict ask for, each a pure function of one probe's readings.

The samples after the warm-up are cut into up to ``POINTS`` groups of equal operations. The lowest reading of each is a
point, since caches, free lists and garbage push memory up and never down.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from find_mem_leaks.judging.probes import Probe
from find_mem_leaks.judging.readings import NEAR, SURE, rates
from find_mem_leaks.judging.series import Array

POINTS = 24
# An increment above this many times the mean of the others is clipped: a table that doubles is one jump, not a rate.
CLIP = 3.0
# A list that over-allocates by an eighth moves in jumps that single increments miss: so many are taken together.
COARSE = 2
# Tables are made up to four times as large at once: a jump comes again before four times as many operations are over,
# and what came for good is compared between folds of the operations, each four times the one before.
FOLD = 4.0
# Of so many rises in the second quarter of the operations none in the second half may be chance: of five at one rate
# that is so in one run of 243.
FEW = 4
Numbers = NDArray[np.intp]
# A figure that has no bound, in a form that every JSON reader takes.
WITHOUT_BOUND = 1e9


@dataclass(frozen=True)
class Interval:
    """A rate per operation and its two-sided confidence interval."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Growth:
    """The readings of one probe, and how they grew.

    Attributes:
        probe: the probe.
        confidence: confidence level of its interval.
        operations, readings: the points after the warm-up.
        every, levels: operations and readings of all samples, the warm-up's first.
        warm_up: number of samples of the warm-up.
        means: operations and readings of the points where the mean of each counts; none where nothing else is known.
    """

    probe: Probe
    confidence: float
    operations: Array
    readings: Array
    every: Array
    levels: Array
    warm_up: int
    means: tuple[Array, Array] | None = None

    @cached_property
    def judged(self) -> tuple[Array, Array]:
        """Operations and readings of the last three quarters of the points: in the first the stack settles in."""
        start = round(len(self.operations) / FOLD)
        return self.operations[start:], self.readings[start:]

    @cached_property
    def rise(self) -> float:
        """Rise over the judged points."""
        return float(self.judged[1][-1] - self.judged[1][0])

    @cached_property
    def deepest_fall(self) -> float:
        """The most that any point lies below an earlier one."""
        return float((np.maximum.accumulate(self.readings) - self.readings).max())

    @cached_property
    def settling(self) -> tuple[float, float]:
        """Rise of the lowest readings from the third quarter of the warm-up to the first samples after it; how many
        times as many operations the judged points lie apart."""
        quarter = self.warm_up // 4
        if not quarter:
            return 0.0, 1.0
        third, after = slice(2 * quarter, 3 * quarter), slice(self.warm_up, self.warm_up + quarter)
        rise = float(self.levels[after].min() - self.levels[third].min())
        operations = self.judged[0]
        return rise, float((operations[-1] - operations[0]) / (self.every[self.warm_up] - self.every[2 * quarter]))

    @cached_property
    def halves(self) -> tuple[float, float, float]:
        """Rate over the first half of the judged points, over the second, standard error of their difference."""
        operations, readings = self.judged
        half = len(operations) // 2
        first, first_error = slope(operations[:half], readings[:half])
        second, second_error = slope(operations[half:], readings[half:])
        return first, second, float(np.hypot(first_error, second_error))

    @cached_property
    def sureness(self) -> float:
        """The mean increment in standard errors: of single increments or of ``COARSE`` together, whichever is more."""
        operations, readings = self.judged
        coarse = slice(None, None, -COARSE)
        return max(_sureness(operations, readings), _sureness(operations[coarse][::-1], readings[coarse][::-1]))

    @cached_property
    def interval(self) -> Interval:
        """The rate over the second half with its confidence interval: by the lowest readings or, where that is narrower
        and says the same, by the means: what wanders up and down, such as a cache of things of all sizes, does so less
        in the mean of many looks than in the lowest of them. What peaks ever less has a mean that falls: that is not
        the same.
        """
        lowest = self._interval(self.operations, self.readings)
        if self.means is None:
            return lowest
        mean = self._interval(*self.means)
        is_same = lowest.low <= mean.rate <= lowest.high
        return mean if is_same and mean.high - mean.low < lowest.high - lowest.low else lowest

    def _interval(self, operations: Array, readings: Array) -> Interval:
        """The rate over the second half, and how far it may be from the true one.

        That is widened by what unseen events could amount to and, on the side where the rate is heading, by as much as
        it has changed since the quarter before, beyond a standard error: of growth that fades like a logarithm that
        much is left.
        """
        half, quarter = len(operations) // 2, len(operations) // 4
        rate, error = slope(operations[half:], readings[half:])
        before, before_error = slope(operations[quarter:half], readings[quarter:half])
        margin = quantile((1 + self.confidence) / 2, len(operations) - half - 2) * error
        margin += self.probe.unseen / float(operations[-1] - operations[half])
        chance = float(np.hypot(error, before_error))
        falling, rising = max(0.0, before - rate - chance), max(0.0, rate - before - chance)
        low = rate - margin
        return Interval(rate, min(low, max(low - falling, 0.0)), rate + margin + rising)

    @cached_property
    def later(self) -> float:
        """The largest lasting rise from point to point, if it is more than all others together and came in the last
        three quarters of the operations; else 0. A rise to the last point is not known to last."""
        rises = np.diff(lasting(self.readings))[:-1]
        largest = int(np.argmax(rises))
        since = np.searchsorted(self.operations, self.operations[-1] / FOLD, side="right") - 1
        return float(rises[largest]) if largest >= since and rises[largest] > rises.sum() / 2 else 0.0

    @cached_property
    def records(self) -> tuple[int, int]:
        """The numbers of looks that found more than all before and no less than all after, the warm-up's too: in all
        operations but the first 64th, and in their last half."""
        highest = np.maximum.accumulate(self.levels)[:-1]
        at = self.every[1:][lasting(self.levels)[1:] > highest] / self.every[-1]
        return int((at > 1 / FOLD**3).sum()), int((at > 2 / FOLD).sum())

    @cached_property
    def kept(self) -> float:
        """What came for good in the last half of all operations."""
        return float(np.diff(lasting(self.levels))[self.every[1:] > self.every[-1] / 2].sum())

    @cached_property
    def sparse(self) -> float:
        """Return what came for good in the second quarter of the operations, if nearly all of it came in ``FEW`` looks
        and one like the largest had come before, or came there too: half to twice as much."""
        at, rises = self.every[1:] / self.every[-1], np.diff(lasting(self.levels))
        second = np.sort(rises[(at > 1 / FOLD) & (at <= 2 / FOLD)])[::-1]
        few, largest = float(second[:FEW].sum()), second.max(initial=0.0)
        alike = (rises[at <= 2 / FOLD] >= largest / 2) & (rises[at <= 2 / FOLD] <= 2 * largest)
        return few if few >= NEAR * second.sum() and alike.sum() > 1 else 0.0

    @cached_property
    def folds(self) -> list[Array]:
        """Lasting growth from sample to sample: in the last three quarters of all operations, in the three quarters
        before, and once more."""
        kept = lasting(self.levels)
        ends = [int(np.searchsorted(self.every, self.every[-1] / FOLD**power)) for power in range(4)]
        return [np.diff(kept[begin : end + 1]) for end, begin in pairwise(ends)]

    @cached_property
    def jumps(self) -> float:
        """The share of the growth in the last two folds that came in the two largest rises of each: the smaller of the
        two."""
        last, before, _ = self.folds
        return min(float(np.sort(rises)[-2:].sum() / max(rises.sum(), 1.0)) for rises in (last, before))

    @cached_property
    def fourfold(self) -> float:
        """Nearness of a fold's growth to four times that of the one before, from 0 to 1; the less near of two."""
        growths = [float(rises.sum()) for rises in self.folds]
        if min(growths) <= 0:
            return 0.0
        times = [later / earlier / FOLD for later, earlier in pairwise(growths)]
        return min(*times, *(1 / each for each in times))

    @cached_property
    def last_jump(self) -> float:
        """The share of all operations after which the last large rise was over."""
        rises = self.folds[0]
        large = np.flatnonzero(rises >= rises.sum() / FOLD)
        end = int(np.searchsorted(self.every, self.every[-1]))  # the first look of two at a round's end
        return float(self.every[end - len(rises) + 1 + large[-1]] / self.every[-1]) if len(large) else 0.0

    @cached_property
    def drain(self) -> float:
        """Fall over the second half, without the largest single one: what is given back at once is not a drain."""
        steps = np.diff(self.readings[len(self.readings) // 2 :])
        return max(0.0, float(steps.min() - steps.sum()))


def groups(operations: Array, ends: Numbers | None = None) -> list[Numbers]:
    """Return the numbers of the samples of each point: groups of equal operations or, where long stretches leave such
    groups empty, of as many samples each.

    Args:
        operations: operations of the samples.
        ends: numbers of the samples with which a group may end; all of them where there is nothing else.
    """
    ends = np.arange(len(operations)) if ends is None else ends
    at = operations[ends]
    edges = np.linspace(operations[0], operations[-1], min(POINTS, len(at) // 2) + 1)[1:-1]
    cut = [group for group in np.split(ends, np.searchsorted(at, edges, side="right")) if len(group)]
    if len(cut) < POINTS // 2:
        cut = np.array_split(ends, POINTS // 2)
    return np.split(np.arange(len(operations)), [group[-1] + 1 for group in cut[:-1]])


def lasting(readings: Array) -> Array:
    """Return of each reading what is never given back: the least of it and all later ones."""
    return np.minimum.accumulate(readings[::-1])[::-1]


def slope(operations: Array, readings: Array) -> tuple[float, float]:
    """Return the slope by least squares and its standard error, by Newey and West (1987), so that neighbouring points
    need not be independent."""
    if readings.min() == readings.max():
        return 0.0, 0.0
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


def grown_with(calls: Array, operations: Array, readings: Array) -> float:
    """Return what the readings grew by with calls, however many operations each carried out, by least squares of the
    increments on both; 0 unless that is ``SURE`` standard errors above zero and what goes with operations is not.

    No more than they grew by in all: what comes with the calls of a round may go with its end.
    """
    slopes, errors = rates(np.diff(readings), np.diff(calls), np.diff(operations))
    by_calls, by_operations = slopes > SURE * errors
    if not by_calls or by_operations:
        return 0.0
    return float(min(slopes[0] * (calls[-1] - calls[0]), max(0.0, readings[-1] - readings[0])))


def _sureness(operations: Array, readings: Array) -> float:
    increments = np.diff(readings) / np.diff(operations)
    if increments.max() <= 0:
        return 0.0
    without_largest = np.delete(increments, np.argmax(increments))
    increments = np.minimum(increments, CLIP * max(float(without_largest.mean()), 0.0))
    mean, error = float(increments.mean()), float(increments.std(ddof=1)) / np.sqrt(len(increments))
    return min(mean / error, WITHOUT_BOUND) if error else WITHOUT_BOUND * (mean > 0)


def quantile(share: float, freedom: int) -> float:
    """Return a quantile of Student's t by its expansion around the normal one (Abramowitz and Stegun, 26.7.5): 0.1 %
    too low at 99.5 % and ten degrees of freedom."""
    z = NormalDist().inv_cdf(share)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
