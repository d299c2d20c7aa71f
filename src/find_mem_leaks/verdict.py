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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from find_mem_leaks.series import Cap, Sample, Series

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
# The rule of three: with no event in n operations the rate is below 3 / n; an event is one small object.
UNSEEN = 3
SMALL_OBJECT = 64
# What a stack still grows by in the second half of its warm-up is its settling in (free lists, pools and caches that
# fill by chance, ever more slowly): growth afterwards must be this many times as much to be told from more of it, and
# this many times to be suspected.
SETTLING_TIMES = 5.0
SUSPICIOUS_TIMES = 2.0
# Of a short run not more is asked than growth that has been the same all along would show, but for this share.
SETTLING_SHARE = 0.75
# An acquittal must have been able to see growth of this many limits.
LEAST_RESOLUTION = 2.0
# The share of the horizon for a conviction that will do when nothing more can come.
CONVICT_AT_LAST = 0.25
# Growth of memory, in bytes, at which a cell is stopped, for its machine's sake; that much growth is a horizon of its
# own, in bytes instead of operations (the last looks may lie a little below it).
MEMORY_CAP = 1 << 30
ENOUGH_MEMORY = 0.5
# What an entry of a cache takes at least (a key, a value, a link), and the share of growth that the entries which a
# bounded container has gained must account for at that, before they are named instead of a leak.
BYTES_PER_ENTRY = 200
EXPLAINED = 0.5
# Growth over the judged points that is too small to speak of, whatever its regularity: so many small objects.
LEAST = 8
PAGE = 4_096
LEAST_PAGES = 512
# Growth before the second half of the horizon from which a cell is called bounded and not clean, and how many times
# the later readings' own spread it must be.
BOUNDED_BYTES = 16_384
BOUNDED_SPREADS = 4.0


@dataclass(frozen=True)
class Probe:
    """What is judged: its name as people read it, its unit, what unseen events would amount to and what is too small to
    speak of, in that unit, how to read it from samples, and whether it stands still in code that is not leaking it."""

    name: str
    unit: str
    unseen: float
    least: float
    read: Callable[[Sequence[Sample]], Array]
    exact: bool = True


def _field(name: str) -> Callable[[Sequence[Sample]], Array]:
    def read(samples: Sequence[Sample]) -> Array:
        return np.array([getattr(sample, name) for sample in samples], dtype=np.float64)

    return read


def _pages(samples: Sequence[Sample]) -> Array:
    """Memory that no allocator counts: mapped by none of them, and resident. The lesser growth of the two."""
    rss, elsewhere = _field("rss")(samples), _field("elsewhere")(samples)
    least: Array = np.minimum(rss - rss[0], elsewhere - elsewhere[0])
    return least


LIVE_BYTES = Probe("live bytes", "B", UNSEEN * SMALL_OBJECT, LEAST * SMALL_OBJECT, _field("live_bytes"), exact=False)
PAGES = Probe("mapped pages", "B", UNSEEN * PAGE, LEAST_PAGES * PAGE, _pages)
PROBES = (
    LIVE_BYTES,
    Probe("blocks", "blocks", UNSEEN, LEAST, _field("blocks"), exact=False),
    PAGES,
    Probe("threads", "threads", UNSEEN, LEAST, _field("threads")),
    Probe("file descriptors", "descriptors", UNSEEN, LEAST, _field("descriptors")),
    Probe("uncollectable objects", "objects", UNSEEN, LEAST, _field("uncollectable")),
)


class Verdict(StrEnum):
    CLEAN = "clean"
    BOUNDED = "bounded"
    LEAKING = "leaking"
    INCONCLUSIVE = "inconclusive"
    FAILED = "failed"


@dataclass(frozen=True)
class Horizon:
    """How far a verdict must have looked.

    Operations of any number that took ``seconds``; or so many ``operations`` that took at least ``least_seconds``,
    since more of the cheap ones cost little and tell a leak from a large cache; or ``plenty``, however quick.
    """

    operations: int
    seconds: float
    least_seconds: float
    plenty: int

    def share(self, operations: int, seconds: float) -> float:
        """How much of it has been covered; 1 is enough."""
        cheap = min(operations / self.operations, seconds / self.least_seconds)
        return max(cheap, seconds / self.seconds, operations / self.plenty)


@dataclass(frozen=True)
class Rules:
    """What a verdict takes.

    limit: bytes per operation under which growth is no leak; confidence: of the two-sided interval; acquit and
    convict: the horizon that must lie behind an acquittal or a conviction.
    """

    limit: float = 1.0
    confidence: float = 0.99
    acquit: Horizon = Horizon(operations=40_000, seconds=5.0, least_seconds=0.5, plenty=100_000)
    convict: Horizon = Horizon(operations=60_000, seconds=15.0, least_seconds=2.0, plenty=150_000)


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
class Judgement:
    """bytes: growth of memory per operation over the second half of the horizon, None where there were too few samples;
    growth: the same of each probe by its name; convicted_by: the probes that grow steadily, if the verdict is leaking;
    settled: bytes that memory grew by before; decided: False where more operations could change the verdict; reason:
    one sentence."""

    verdict: Verdict
    bytes: Interval | None
    growth: Mapping[str, Interval]
    convicted_by: tuple[str, ...]
    settled: float
    decided: bool
    reason: str


@dataclass(frozen=True)
class _Evidence:
    """interval: the rate; steady: growth that goes on; suspicious: growth that may; settled: growth that has ended;
    rise: all of it, after the warm-up."""

    interval: Interval
    steady: bool
    suspicious: bool
    settled: float
    rise: float


def judge(series: Series, rules: Rules, *, last: bool = False) -> Judgement:
    """The verdict on what has been measured so far; ``last`` says that nothing more will come."""
    samples = list(series.samples())
    if len(samples) < 2 * FEWEST_POINTS:
        reason = f"{len(samples)} samples are too few for a verdict: give it more operations"
        return Judgement(Verdict.INCONCLUSIVE, None, {}, (), settled=0.0, decided=False, reason=reason)
    evidence = {probe: _weigh(series, probe, rules.confidence) for probe in PROBES}
    convicted = _convicted(evidence, series, rules, last=last)
    size = _size(evidence, convicted)
    growth = {probe.name: found.interval for probe, found in evidence.items()}
    names = tuple(probe.name for probe in convicted)
    filling = _explained_by(series, size, convicted)
    if filling:
        reason = (
            f"grows over {series.operations:,} operations, as {filling[0]} fills: give it the operations to fill it"
        )
        return Judgement(Verdict.INCONCLUSIVE, size, growth, (), settled=0.0, decided=last, reason=reason)
    if convicted:
        rates = ", ".join(
            f"{probe.name} {_figure(evidence[probe].interval.rate)} {probe.unit}/op" for probe in convicted
        )
        reason = f"steady growth over {series.operations:,} operations: {rates}"
        verdict, decided = Verdict.LEAKING, True
    else:
        verdict, decided, reason = _acquit(evidence, series, rules, last)
    return Judgement(verdict, size, growth, names, evidence[LIVE_BYTES].settled, decided, reason)


def _explained_by(series: Series, size: Interval, convicted: Sequence[Probe]) -> list[Cap]:
    """The containers with room left whose filling may well be all of the growth that would convict."""
    if not {probe.name for probe in convicted} <= {"live bytes", "blocks"}:
        return []
    filling = sorted((cap for cap in series.caps if cap.is_filling), key=lambda cap: cap.before - cap.after)
    entries = sum(cap.after - cap.before for cap in filling)
    explained = entries * BYTES_PER_ENTRY >= EXPLAINED * size.rate * series.operations
    return filling if convicted and explained else []


def _figure(rate: float) -> str:
    return f"{rate:+,.0f}" if abs(rate) >= 100 else f"{rate:+.3g}"


def _convicted(evidence: Mapping[Probe, _Evidence], series: Series, rules: Rules, *, last: bool) -> tuple[Probe, ...]:
    """The probes that grow steadily, if the horizon is long enough to say so."""
    share = rules.convict.share(series.operations, series.seconds)
    if last:
        share = max(share, series.operations / rules.convict.operations)
    by_size = max(evidence[LIVE_BYTES].rise, evidence[PAGES].rise) / (MEMORY_CAP * ENOUGH_MEMORY)
    if max(share, by_size) < (CONVICT_AT_LAST if last else 1):
        return ()
    return tuple(probe for probe, found in evidence.items() if found.steady)


def _size(evidence: Mapping[Probe, _Evidence], convicted: Sequence[Probe]) -> Interval:
    """Growth in bytes per operation: of live bytes, and of pages that no allocator counts where those grow too."""
    live, pages = evidence[LIVE_BYTES].interval, evidence[PAGES].interval
    if PAGES not in convicted:
        return live
    return Interval(live.rate + pages.rate, live.low + pages.low, live.high + pages.high)


def _acquit(evidence: Mapping[Probe, _Evidence], series: Series, rules: Rules, last: bool) -> tuple[Verdict, bool, str]:
    """clean or bounded if growth of memory can be ruled out, else inconclusive; whether that is final, and why."""
    live, over = evidence[LIVE_BYTES], f"over {series.operations:,} operations"
    high = live.interval.high
    under = high < rules.limit and high - live.interval.rate < LEAST_RESOLUTION * rules.limit
    enough = rules.acquit.share(series.operations, series.seconds) >= 1
    suspects = [probe.name for probe, found in evidence.items() if found.steady or found.suspicious]
    if last:
        enough = series.operations >= CONVICT_AT_LAST * rules.acquit.operations or enough
        suspects = [
            probe.name for probe, found in evidence.items() if found.steady or (found.suspicious and probe.exact)
        ]
    if under and enough and not suspects:
        most = f"no leak of more than {high:.2g} B/op {over}"
        if live.settled:
            full = [str(cap) for cap in series.caps if not cap.is_filling]
            known = f"; filled: {', '.join(full[:3])}" if full else ""
            return Verdict.BOUNDED, True, f"grew by {live.settled:,.0f} bytes, then slowed{known}: {most}"
        return Verdict.CLEAN, True, most
    if suspects:
        reason = f"{suspects[0]} grow {over}, too few to tell a leak from a cache that fills"
    else:
        reason = f"{over} growth of {high:.2g} B/op is not ruled out"
    return Verdict.INCONCLUSIVE, False, f"{reason}: give it more operations or a longer time cap"


def _points(samples: Sequence[Sample], probe: Probe) -> tuple[Array, Array]:
    """The lowest reading of each group of samples, and the operations at which it was taken."""
    operations = np.array([sample.operations for sample in samples], dtype=np.float64)
    readings = probe.read(samples)
    edges = np.linspace(operations[0], operations[-1], min(POINTS, len(samples) // 2) + 1)[1:-1]
    groups = np.split(np.arange(len(samples)), np.searchsorted(operations, edges, side="right"))
    lowest = [group[np.argmin(readings[group])] for group in groups if len(group)]
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


def _weigh(series: Series, probe: Probe, confidence: float) -> _Evidence:
    operations, readings = _points(list(series.samples()), probe)
    interval = _interval(operations, readings, confidence, probe.unseen)
    settling, span = _settling(series, probe)
    start = round(SETTLING * len(operations))
    judged = operations[start:], readings[start:]
    rise = float(readings[-1] - readings[start])
    fall = float((np.maximum.accumulate(readings) - readings).max())
    horizon = float(operations[-1] - operations[start])
    times = min(SETTLING_TIMES, SETTLING_SHARE * horizon / span)
    rises = rise >= max(probe.least, LEAST_RISE_TO_FALL * fall, times * settling)
    first, second, chance = _halves(*judged)
    slows = second < DYING * first or second + SLOWING_ERRORS * chance < SLOWING * first
    dies = second + SURE_ERRORS * chance < DYING * first
    steady = rises and not slows and _goes_up(*judged)
    rate, error = _slope(*judged)
    large = rise >= max(probe.least, 0.0 if probe.exact else min(times, SUSPICIOUS_TIMES) * settling)
    suspicious = large and rate > SUSPICIOUS_ERRORS * error and not dies
    return _Evidence(interval, steady, suspicious, _settled(readings), float(readings[-1] - readings[0]))


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
