"""Series to verdict: pure functions, no input or output.

A cell is ``leaking`` when one of its readings grows steadily over a long enough horizon, ``clean`` or ``bounded`` when
the upper bound of its growth lies under the limit and nothing grows steadily, else ``inconclusive``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from find_mem_leaks.judging.growth import FEWEST_POINTS, Evidence, Interval, weigh
from find_mem_leaks.judging.readings import LATER_PAGES, LIVE_BYTES, PAGE, PAGES, PROBES, TOUCHED, Probe
from find_mem_leaks.judging.series import Cap, Series
from find_mem_leaks.judging.staircase import Staircase

# An acquittal must have been able to see growth of this many limits.
LEAST_RESOLUTION = 2.0
# The share of a horizon that will do when nothing more can come; and of the operations of a conviction alone: of 20,000
# of which the first 4,000 warm up it can be said that memory grew steadily, and no more.
AT_LAST = 0.25
OPERATIONS_AT_LAST = 0.15
# Growth of memory, in bytes, at which a cell is stopped, for its machine's sake; that much growth is a horizon of its
# own, in bytes instead of operations (the last looks may lie a little below it).
MEMORY_CAP = 1 << 30
# The probes whose readings are bytes; none counts what another does.
OF_MEMORY = (LIVE_BYTES, PAGES, TOUCHED)
ENOUGH_MEMORY = 0.5
# What an entry of a cache takes at least (a key, a value, a link), and the share of growth that the entries which a
# bounded container has gained must account for at that, before they are named instead of a leak.
BYTES_PER_ENTRY = 200
EXPLAINED = 0.5
# Growth is not held against a container before so many times as many operations are over as it took to fill.
AFTER_FILLING = 1.5


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
    since more of the cheap ones cost little and tell a leak from a large cache; or ``plenty``, however quick. In any
    case ``elapsed`` seconds on the clock, in which what is kept for a second or two has come to an end.
    """

    operations: int
    seconds: float
    least_seconds: float
    plenty: int
    elapsed: float = 0.0

    def share(self, series: Series) -> float:
        """How much of it has been covered; 1 is enough."""
        cheap = min(series.operations / self.operations, series.seconds / self.least_seconds)
        covered = max(cheap, series.seconds / self.seconds, series.operations / self.plenty)
        return min(covered, series.elapsed / self.elapsed) if self.elapsed else covered


@dataclass(frozen=True)
class Rules:
    """What a verdict takes.

    limit: bytes per operation under which growth is no leak; confidence: of the two-sided interval; acquit and
    convict: the horizon that must lie behind an acquittal or a conviction.
    """

    limit: float = 1.0
    confidence: float = 0.99
    acquit: Horizon = Horizon(operations=40_000, seconds=5.0, least_seconds=1.0, plenty=250_000)
    convict: Horizon = Horizon(operations=100_000, seconds=20.0, least_seconds=2.5, plenty=1_000_000, elapsed=3.0)


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


def judge(series: Series, rules: Rules, *, last: bool = False) -> Judgement:
    """The verdict on what has been measured so far; ``last`` says that nothing more will come."""
    samples = list(series.samples())
    if len(samples) < 2 * FEWEST_POINTS:
        reason = _too_few(series, len(samples))
        return Judgement(Verdict.INCONCLUSIVE, None, {}, (), settled=0.0, decided=False, reason=reason)
    evidence = {probe: weigh(series, probe, rules.confidence, rules.limit) for probe in PROBES}
    convicted = _convicted(evidence, series, rules, last=last)
    size = _size(evidence, convicted)
    growth = {probe.name: found.interval for probe, found in evidence.items()}
    if _by_jumps(evidence[LIVE_BYTES], convicted):
        growth[LIVE_BYTES.name] = size
    names = tuple(probe.name for probe in convicted)
    filling = _explained_by(series, size, convicted)
    if filling:
        reason = (
            f"grows over {series.operations:,} operations, as {filling[0]} fills: give it the operations to fill it"
        )
        return Judgement(Verdict.INCONCLUSIVE, size, growth, (), settled=0.0, decided=last, reason=reason)
    if convicted:
        verdict, decided, reason = Verdict.LEAKING, True, _accuse(evidence, convicted, series)
    else:
        verdict, decided, reason = _acquit(evidence, series, rules, last)
    return Judgement(verdict, size, growth, names, evidence[LIVE_BYTES].settled, decided, reason)


def _too_few(series: Series, samples: int) -> str:
    held = [max(sample.live_bytes, sample.rss) for round_ in series.rounds for sample in round_.samples]
    grown = max(held) - series.rounds[0].initial_rss if held else 0
    if grown > MEMORY_CAP * ENOUGH_MEMORY:
        return f"memory grew by {grown / 1e9:.1f} GB before there was enough for a verdict: let an operation keep less"
    return f"{samples} samples are too few for a verdict: give it more operations"


def _accuse(evidence: Mapping[Probe, Evidence], convicted: Sequence[Probe], series: Series) -> str:
    steady = [probe for probe in convicted if evidence[probe].steady]
    rates = ", ".join(f"{probe.name} {_figure(evidence[probe].interval.rate)} {probe.unit}/op" for probe in steady)
    if steady:
        return f"steady growth over {series.operations:,} operations: {rates}"
    stairs = _by_jumps(evidence[LIVE_BYTES], convicted)
    assert stairs is not None
    jumps = ", ".join(f"{jump:,}" for jump in stairs.jumps)
    return f"a table grows {stairs.factor:.2g} times as large whenever it is full: live bytes jump by operation {jumps}"


def _explained_by(series: Series, size: Interval, convicted: Sequence[Probe]) -> list[Cap]:
    """The containers with room left, or full only now, whose filling may be all of the growth that would convict."""
    if not {probe.name for probe in convicted} <= {"live bytes", "blocks"}:
        return []
    filling = [cap for cap in series.caps if cap.is_filling or series.operations < AFTER_FILLING * cap.room_until]
    filling.sort(key=lambda cap: cap.before - cap.after)
    entries = sum(cap.after - cap.before for cap in filling)
    explained = entries * BYTES_PER_ENTRY >= EXPLAINED * size.rate * series.operations
    return filling if convicted and explained else []


def _figure(rate: float) -> str:
    return f"{rate:+,.0f}" if abs(rate) >= 100 else f"{rate:+.3g}"


def _convicted(evidence: Mapping[Probe, Evidence], series: Series, rules: Rules, *, last: bool) -> tuple[Probe, ...]:
    """The probes that grow steadily, if the horizon is long enough to say so."""
    share, much = rules.convict.share(series), MEMORY_CAP * ENOUGH_MEMORY
    if last:
        operations = series.operations / rules.convict.operations
        share, much = max(share / AT_LAST, operations / OPERATIONS_AT_LAST), much * AT_LAST
    if share < 1 and not any(evidence[probe].steady and evidence[probe].rise >= much for probe in OF_MEMORY):
        return ()
    stairs = evidence[LIVE_BYTES].staircase
    climbed = stairs is not None and share * stairs.jumps[-1] / stairs.seen >= 1
    return tuple(probe for probe, found in evidence.items() if found.steady or (climbed and probe is LIVE_BYTES))


def _by_jumps(live: Evidence, convicted: Sequence[Probe]) -> Staircase | None:
    """The jumps by which live bytes grow, if those and no steady growth convict."""
    return live.staircase if LIVE_BYTES in convicted and not live.steady else None


def _size(evidence: Mapping[Probe, Evidence], convicted: Sequence[Probe]) -> Interval:
    """Growth in bytes per operation: of live bytes, and of pages that no allocator counts where those grow too, or seem
    to where something else convicts."""
    stairs = _by_jumps(evidence[LIVE_BYTES], convicted)
    if stairs:
        return Interval(stairs.rate, *stairs.bounds)
    grow = [probe for probe in OF_MEMORY if probe in convicted or (convicted and evidence[probe].suspicious)]
    counted = [evidence[probe].interval for probe in OF_MEMORY if probe is LIVE_BYTES or probe in grow]
    return Interval(*(sum(getattr(each, name) for each in counted) for name in ("rate", "low", "high")))


def _acquit(evidence: Mapping[Probe, Evidence], series: Series, rules: Rules, last: bool) -> tuple[Verdict, bool, str]:
    """clean or bounded if growth of memory can be ruled out, else inconclusive; whether that is final, and why."""
    live, over = evidence[LIVE_BYTES], f"over {series.operations:,} operations"
    doubt = _doubt(evidence, series, rules, last=last)
    enough = rules.acquit.share(series) >= 1
    if last:
        enough = series.operations >= AT_LAST * rules.acquit.operations or enough
    if doubt or not enough:
        doubt = doubt or f"{over} growth of {live.interval.high:.2g} B/op is not ruled out"
        return Verdict.INCONCLUSIVE, False, f"{doubt}: give it more operations or a longer time cap"
    most = f"no leak of more than {max(live.interval.high, 0):.2g} B/op {over}"
    if not live.settled:
        return Verdict.CLEAN, True, most
    full = [str(cap) for cap in series.caps if not cap.is_filling]
    known = f"; filled: {', '.join(full[:3])}" if full else ""
    return Verdict.BOUNDED, True, f"grew by {live.settled:,.0f} bytes, then slowed{known}: {most}"


def _doubt(evidence: Mapping[Probe, Evidence], series: Series, rules: Rules, *, last: bool) -> str | None:
    """What speaks against an acquittal, however many operations there were; None if nothing does."""
    over = f"over {series.operations:,} operations"
    growing = [
        probe.name
        for probe, found in evidence.items()
        if found.steady or found.staircase or (found.suspicious and (probe.exact or not last))
    ]
    growing += [probe.name for probe in (PAGES, TOUCHED) if evidence[probe].later >= LATER_PAGES * PAGE]
    if growing:
        return f"{growing[0]} grow {over}, too few to tell a leak from a cache that fills"
    live = evidence[LIVE_BYTES].interval
    if live.high >= rules.limit or live.high - live.rate >= LEAST_RESOLUTION * rules.limit:
        return f"{over} growth of {live.high:.2g} B/op is not ruled out"
    if evidence[LIVE_BYTES].falls:
        return f"live bytes still fall {over}, and what drains may hide what grows"
    for probe, found in evidence.items():
        jump = found.jump
        if jump and jump.size >= rules.limit * jump.operations:
            return (
                f"{probe.name} jumped at operation {jump.operations:,}, {over} too few to know that it will not again"
            )
    return None
