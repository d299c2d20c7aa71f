"""Tests of a process that nobody touched: pure functions, to be read from top to bottom as ``criteria.py``.

- The hands-off part *convicts* if it passes all of ``NEVER_COLLECTED``, or all of ``NEVER_RETURNED``.
- An acquitted cell stays so if it passes all of ``STAYING_SMALL``; the first that it does not pass is its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from math import inf

import numpy as np

from find_mem_leaks.judging.criteria import (
    CHANCE,
    MEMORY_CAP,
    MEMORY_HORIZON,
    RISE_TO_FALL,
    SLOWING,
    Compare,
    Compared,
    Criterion,
    Outcome,
    put,
)
from find_mem_leaks.judging.deployed import GENERATIONS, KEPT, PARTS, Deployed
from find_mem_leaks.judging.growth import Growth, Interval, Numbers, groups
from find_mem_leaks.judging.probes import RESIDENT, UNCOLLECTED, Probe
from find_mem_leaks.judging.readings import LARGE, LATER_PAGES, MODEST_PAGES, PAGE, SURE
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.series import Columns, Held
from find_mem_leaks.judging.verdict import ACQUITTED, Judgement, Verdict


class Kind(StrEnum):
    """Growth in a process as it is deployed, though nothing leaks in it."""

    GARBAGE = "garbage its settings never collect"
    KEPT = "memory its allocator keeps without bound"


# The reading whose growth each is.
BY_KIND = {Kind.GARBAGE: UNCOLLECTED, Kind.KEPT: RESIDENT}


@dataclass(frozen=True, eq=False)
class HandsOff:
    """Evidence that the tests of this part compare: how readings grew, and what a collector that goes on would do."""

    deployed: Deployed
    rules: Rules
    held: Sequence[Held] = ()

    @cached_property
    def measured(self) -> Columns:
        names = {"operations": "at", "rss": "rss", "live_bytes": "live_bytes"}
        return {name: np.array(getattr(self.deployed, field), dtype=np.float64) for name, field in names.items()}

    @cached_property
    def held_back(self) -> float:
        """Bytes that timers hold for a while, of the operations of that time at the pace of the second half."""
        return sum(each.bytes * self.deployed.most_within(each.seconds) for each in self.held)

    @cached_property
    def _points(self) -> list[Numbers]:
        return groups(self.measured["operations"])

    def growth(self, probe: Probe) -> Growth:
        operations, readings = self.measured["operations"], probe.read(self.measured)
        lowest = [group[readings[group].argmin()] for group in self._points]
        return Growth(probe, self.rules.confidence, operations[lowest], readings[lowest], operations, readings, 0)

    @cached_property
    def waiting(self) -> int:
        """The generation that most garbage waits in, of those that were not collected; the oldest if none waits."""
        unseen = [each for each in range(GENERATIONS) if not self.deployed.is_collected(each)]
        return max(unseen, key=lambda each: int(self.deployed.end["garbage"][each]), default=GENERATIONS - 1)

    @cached_property
    def garbage(self) -> int:
        """Bytes that came since the first operation and wait in generations that were not collected."""
        unseen = [each for each in range(GENERATIONS) if not self.deployed.is_collected(each)]
        waiting = sum(int(self.deployed.end["garbage"][each]) for each in unseen)
        return max(0, waiting - self.deployed.garbage_at_begin)

    @cached_property
    def garbage_per_operation(self) -> float:
        """Bytes that each operation surely adds to it: what is in use grows by, at the lower bound, if that much of it
        can have come since half of the operations were over; 0 if all that came since is not large."""
        growth = self.growth(UNCOLLECTED)
        half = float(growth.operations[-1] - growth.operations[len(growth.operations) // 2])
        came = min(growth.interval.low * half, self.garbage)
        return came / half if came >= LARGE else 0.0

    @cached_property
    def height(self) -> float:
        """Bytes of garbage that there will be at the next collection."""
        return self._height(self.deployed.until_collected(self.waiting))

    @cached_property
    def sure_height(self) -> float:
        """``height``; a collection that is overdue, or never due by the pace of so few operations, counts as never to
        come only once run or garbage suffice to convict."""
        if self.rules.convict.share(self.deployed) >= 1 or self.garbage >= MEMORY_HORIZON:
            return self.height
        return 0.0 if self.deployed.is_without_pace else self._height(self.deployed.period(self.waiting))

    def _height(self, operations: float) -> float:
        rate = self.garbage_per_operation
        return rate * operations if rate else 0.0

    @cached_property
    def swing(self) -> int:
        """Bytes between the least and the most in the second half, of resident memory or of what is in use in it."""
        half = len(self.deployed.rss) // 2
        later = self.deployed.rss[half:], self.deployed.live_bytes[half:]
        return max(max(readings) - min(readings) for readings in later)


def uncollected_rises(evidence: HandsOff, _: Probe) -> Compared:
    """What is in use or not yet collected rises steadily, hands off.

    Figure: by how many times it passes the tests of steady growth, amount, fall, slowing and increments: the least.
    At least: 1; of the amount 1 MiB.
    """
    return _steadiness(evidence.growth(UNCOLLECTED)), 1.0


def resident_memory_rises(evidence: HandsOff, _: Probe) -> Compared:
    """Resident memory rises steadily, hands off.

    Figure: by how many times it passes the tests of steady growth, amount, fall, slowing and increments: the least.
    At least: 1; of the amount 64 MiB.
    """
    return _steadiness(evidence.growth(RESIDENT)), 1.0


def _steadiness(growth: Growth) -> float:
    first, second, error = growth.halves
    ratios = [growth.rise / growth.probe.least, growth.sureness / SURE]
    fall, fewest = RISE_TO_FALL * growth.deepest_fall, SLOWING * first
    ratios += [growth.rise / fall] if fall else []
    ratios += [(second + CHANCE * error) / fewest] if fewest > 0 else []
    return min(ratios)


def most_is_garbage(evidence: HandsOff, _: Probe) -> Compared:
    """Most of the growth is garbage.

    Figure: bytes that were set free by collecting generations that were not collected.
    At least: all else that is in use and was not before.
    """
    growth = evidence.deployed.live_bytes[-1] - evidence.deployed.live_bytes[0]
    return evidence.garbage, float(growth - evidence.garbage)


def height_of_garbage(evidence: HandsOff, _: Probe) -> Compared:
    """It is not collected before memory is full.

    Figure: bytes of garbage at the next collection, by the collector's thresholds and rules and the pace of objects;
        of one that is four times overdue without end, over the horizon of a conviction.
    At least: 256 MiB.
    """
    return evidence.sure_height, MEMORY_HORIZON


def most_is_kept(evidence: HandsOff, _: Probe) -> Compared:
    """Most of the growth is memory that the allocators keep, in use by nobody.

    Figure: bytes that they keep more than before.
    At least: all else that memory has grown by.
    """
    kept = sum(evidence.deployed.account.get(part, 0) for part in KEPT)
    return kept, float(evidence.deployed.growth - kept)


def horizon_hands_off(evidence: HandsOff, _: Probe) -> Compared:
    """The hands-off part is long enough to tell growth without bound from an allocator that settles in.

    Figure: share of the horizon that was covered.
    At least: 1, the horizon of a conviction.
    """
    return evidence.rules.convict.share(evidence.deployed), 1.0


NEVER_COLLECTED = tuple(Criterion(test, ()) for test in (uncollected_rises, most_is_garbage, height_of_garbage))
NEVER_RETURNED = tuple(Criterion(test, ()) for test in (resident_memory_rises, most_is_kept, horizon_hands_off))


def level(evidence: HandsOff, _: Probe) -> Compared:
    """Resident memory stays level, hands off.

    Figure: how much higher it came in the second half of the operations than in the first, in bytes, less what timers
        hold for a while.
    At most: 1 MiB.
    Otherwise: resident memory grew by {figure:,.0f} bytes in the second half of {operations:,} operations hands-off
    """
    half = len(evidence.deployed.rss) // 2
    rss = evidence.deployed.rss
    return float(max(rss[half:]) - max(rss[:half])) - evidence.held_back, LATER_PAGES * PAGE


def garbage_at_next_collection(evidence: HandsOff, _: Probe) -> Compared:
    """Garbage is collected before it is much, or was seen to be collected.

    Figure: bytes of it at the next collection, by the collector's thresholds and rules and the pace of objects; 0 if
        less than 32 KiB of it came in the second half of the operations.
    At most: 16 MiB.
    Otherwise: garbage would come to {figure:,.0f} bytes until it is collected, which was not seen
    """
    return evidence.height, MODEST_PAGES * PAGE


STAYING_SMALL = tuple(Criterion(test, ()) for test in (level, garbage_at_next_collection))


@dataclass(frozen=True)
class Finding:
    """The addition of the hands-off part to a verdict.

    Attributes:
        kind: what grows without end; None if nothing surely does.
        doubt: why an acquitted cell is not; empty if it stays so.
        words: one sentence, of what was seen.
        is_sawtooth: whether memory that stayed level rose and fell by much.
        growth: growth per operation of both readings, by their probes' keys.
        tests: what became of each test.
    """

    kind: Kind | None
    doubt: str
    words: str
    is_sawtooth: bool
    growth: Mapping[str, Interval]
    tests: tuple[Outcome, ...]

    @property
    def convicted_by(self) -> tuple[str, ...]:
        """The key of the probe whose growth convicts, if any does."""
        return (BY_KIND[self.kind].key,) if self.kind else ()


def find(deployed: Deployed, rules: Rules, held: Sequence[Held] = ()) -> Finding:
    """Judge a hands-off part that has enough stretches."""
    evidence = HandsOff(deployed, rules, held)
    by_kind = {Kind.GARBAGE: put(NEVER_COLLECTED, evidence), Kind.KEPT: put(NEVER_RETURNED, evidence)}
    kind = next((kind for kind, outcomes in by_kind.items() if all(each.passed for each in outcomes)), None)
    staying = put(STAYING_SMALL, evidence)
    failed = next((each for each in zip(STAYING_SMALL, staying, strict=True) if not each[1].passed), None)
    doubt = ""
    if failed:
        criterion, outcome = failed
        doubt = criterion.statement.otherwise.format(figure=outcome.figure, operations=deployed.operations)
        if outcome.figure == inf:
            doubt = f"garbage piles up, {_size(evidence.garbage_per_operation)} per operation: {_next(evidence)}"
    tests = (*(each for outcomes in by_kind.values() for each in outcomes), *staying)
    is_sawtooth = not doubt and evidence.swing > MODEST_PAGES * PAGE
    growth = {probe.key: evidence.growth(probe).interval for probe in BY_KIND.values()}
    return Finding(kind, doubt, _words(evidence, kind, is_sawtooth=is_sawtooth), is_sawtooth, growth, tests)


def with_hands_off(judgement: Judgement, deployed: Deployed, rules: Rules, held: Sequence[Held] = ()) -> Judgement:
    """The judgement of a cell with what its hands-off part adds: growth convicts, and doubt undoes an acquittal."""
    finding = find(deployed, rules, held)
    verdict, reason = judgement.verdict, judgement.reason
    size = judgement.bytes
    if finding.kind and verdict is not Verdict.LEAKING:
        verdict, reason, size = Verdict.LEAKING, finding.words, finding.growth[finding.convicted_by[0]]
    elif verdict in ACQUITTED and finding.doubt:
        verdict, reason = Verdict.INCONCLUSIVE, finding.doubt
    elif verdict in ACQUITTED:
        verdict = Verdict.BOUNDED if finding.is_sawtooth else verdict
        reason = f"{reason}; {finding.words}"
    convicted_by = judgement.convicted_by or (finding.convicted_by if verdict is Verdict.LEAKING else ())
    return replace(
        judgement,
        verdict=verdict,
        reason=reason,
        bytes=size,
        convicted_by=convicted_by,
        growth={**judgement.growth, **finding.growth},
        tests=(*judgement.tests, *finding.tests),
    )


def is_decided(deployed: Deployed, rules: Rules, held: Sequence[Held] = ()) -> bool:
    """Return whether a part that is under way has read enough: memory stays level, or its growth could convict."""
    evidence = HandsOff(deployed, rules, held)
    grown = max(deployed.rss) - deployed.begin["rss"]
    return (
        _passes(level, evidence)
        or (grown > MEMORY_HORIZON and _passes(uncollected_rises, evidence))
        or (_passes(horizon_hands_off, evidence) and _passes(resident_memory_rises, evidence))
        or grown > MEMORY_CAP
    )


def _passes(test: Compare, evidence: HandsOff) -> bool:
    return Criterion(test, ()).outcome(evidence, RESIDENT).passed


def _words(evidence: HandsOff, kind: Kind | None, *, is_sawtooth: bool) -> str:
    deployed = evidence.deployed
    over = f"over {deployed.operations:,} operations hands-off"
    if kind is Kind.GARBAGE:
        return f"{kind}, {_size(evidence.garbage_per_operation)} per operation: {_next(evidence)}"
    grown = max(deployed.rss) - deployed.begin["rss"]
    if kind is Kind.KEPT:
        kept = max(KEPT, key=lambda part: deployed.account.get(part, 0))
        return f"{kind}: resident memory grew by {_size(grown)} {over}, {_size(deployed.account[kept])} {PARTS[kept]}"
    if is_sawtooth:
        times = deployed.full_collections
        return f"memory rose and fell by {_size(evidence.swing)} {over}, with {times:,} full collections"
    return f"resident memory stayed within {_size(max(grown, 0))} {over}"


def _next(evidence: HandsOff) -> str:
    """Return when garbage is collected next."""
    deployed = evidence.deployed
    operations = deployed.until_collected(evidence.waiting)
    if operations == inf:
        period = deployed.period(evidence.waiting)
        never = f"generation {evidence.waiting} was due to be collected after {period:,.0f} operations, and never was"
        if deployed.is_without_pace:
            return "as many objects went as came, so that no collection is due"
        return "the collector is off" if period == inf else never
    thresholds = ", ".join(f"{threshold:,}" for threshold in deployed.end["thresholds"])
    comes = f"the next collection in {operations:.2g} operations, at {_size(evidence.height)}"
    return f"{comes} (`gc` has thresholds {thresholds}; frozen objects: {deployed.end['frozen']:,})"


def _size(size: float) -> str:
    """Bytes, in the unit that suits them."""
    for unit, one in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if abs(size) >= one:
            return f"{size / one:.1f} {unit}"
    return f"{size:.0f} B"
