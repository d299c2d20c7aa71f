"""Series to verdict: pure functions, no input or output. The tests are in ``criteria.py``.

A cell is ``leaking`` when a reading grows and that convicts, ``clean`` or ``bounded`` when it is acquitted, else
``inconclusive``. Where an operation failed it is ``leaking`` if it failed for want of what grew, else ``failed``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, floor, log10, sqrt

from find_mem_leaks.judging.criteria import (
    ACQUITTING,
    BY_JUMPS,
    CONVICTING,
    MEMORY_HORIZON,
    RUN_OUT,
    STEADY,
    Criterion,
    Outcome,
    limit,
    put,
)
from find_mem_leaks.judging.evidence import AFTER_FILLING, Evidence
from find_mem_leaks.judging.failure import Failure, kinds
from find_mem_leaks.judging.growth import FOLD, POINTS, Interval
from find_mem_leaks.judging.probes import (
    BY_KEY,
    CHILD_MEMORY,
    LIVE_BYTES,
    MAPPED_PAGES,
    MEMORY,
    PAGES,
    PARTS,
    PROBES,
    SHARED_MEMORY,
    THINGS,
    Probe,
)
from find_mem_leaks.judging.readings import LARGE, NEAR, reading
from find_mem_leaks.judging.rules import LAST_OPERATIONS, Rules
from find_mem_leaks.judging.series import Held, Series

# Looks after the warm-up that are enough where an operation failed, since there cannot be more of them.
FEWEST = POINTS // 2
# Seconds of an operation from which on the time cap is what keeps it from being carried out often enough.
SLOW = 0.5
# Bytes of each operation from which on what timers hold for a while is told.
LEAST_HELD = 64.0
# Places of tasks that never end, and child processes, that a reason names.
MOST_UNENDED = 3
MOST_CHILDREN = 3


class Verdict(StrEnum):
    CLEAN = "clean"
    BOUNDED = "bounded"
    LEAKING = "leaking"
    INCONCLUSIVE = "inconclusive"
    FAILED = "failed"
    SKIPPED = "skipped"


ACQUITTED = {Verdict.CLEAN, Verdict.BOUNDED}
# Verdicts of cells that have no figures to judge by.
UNMEASURED = {Verdict.FAILED, Verdict.SKIPPED}


@dataclass(frozen=True)
class Judgement:
    """The judgement of a cell.

    Attributes:
        verdict: the verdict.
        bytes: growth of memory in bytes per operation over the second half; None where there were too few samples.
        growth: the same of each probe by its key, in its unit.
        convicted_by: keys of the probes whose growth convicts, if the verdict is leaking.
        decided: False where more operations could change the verdict.
        reason: one sentence.
        tests: what became of each test, in the order of the lists; none where there were too few samples.
    """

    verdict: Verdict
    bytes: Interval | None
    growth: Mapping[str, Interval]
    convicted_by: tuple[str, ...]
    decided: bool
    reason: str
    tests: tuple[Outcome, ...] = ()


def judge(series: Series, rules: Rules, *, last: bool = False) -> Judgement:
    """Judge what has been measured so far; ``last`` says that nothing more will come."""
    if _looks(series) < POINTS:
        return Judgement(Verdict.INCONCLUSIVE, None, {}, (), decided=False, reason=_too_few(series))
    rules = rules.at_pace_of(series)
    evidence = Evidence(series, rules, last)
    growing = put((*STEADY, *BY_JUMPS), evidence)
    steady, by_jumps = _passing(STEADY, growing), _passing(BY_JUMPS, growing)
    evidence = replace(evidence, suspects=steady or by_jumps, by_jumps=bool(by_jumps) and not steady)
    convicting, acquitting = put(CONVICTING, evidence), put(ACQUITTING, evidence)
    verdict, decided, reason = _decide(evidence, _failed(convicting), _failed(acquitting))
    convicted_by = tuple(probe.key for probe in evidence.suspects if verdict is Verdict.LEAKING)
    size = _size(evidence, acquitting)
    growth = {probe.key: evidence.growth(probe).interval for probe in PROBES}
    growth |= {LIVE_BYTES.key: size} if evidence.by_jumps and convicted_by else {}
    tests = (*growing, *convicting, *acquitting)
    reason = "; ".join([reason, *(str(each) for each in series.unended[:MOST_UNENDED])])
    if rules.pace and verdict is not Verdict.LEAKING:
        reason = f"{reason} ({rules})"
    return Judgement(verdict, size, growth, convicted_by, decided, reason, tests)


def judge_failed(series: Series, rules: Rules, failure: Failure) -> Judgement | None:
    """Judge a cell that an operation failed in; None if it has not failed for want of what grew in all before."""
    if _looks(series) < FEWEST:
        return None
    evidence = Evidence(series, rules, last=True, failure=failure)
    growing, running_out = put(STEADY, evidence), put(RUN_OUT, evidence)
    suspects = _passing(STEADY, growing)
    exhausted = [probe for probe in _passing(RUN_OUT, running_out) if probe in suspects]
    if not exhausted:
        return None
    evidence = replace(evidence, suspects=suspects)
    growth = {probe.key: evidence.growth(probe).interval for probe in PROBES}
    convicted_by = tuple(probe.key for probe in suspects)
    reason = f"{_accuse(evidence)}; then {_end(evidence, failure, exhausted)}"
    size, tests = _size(evidence, put(ACQUITTING, evidence)), (*growing, *running_out)
    return Judgement(Verdict.LEAKING, size, growth, convicted_by, decided=True, reason=reason, tests=tests)


def _end(evidence: Evidence, failure: Failure, exhausted: Sequence[Probe]) -> str:
    """Return what there was no more of, by the ceiling that growth used up most of."""
    candidates = [kind for probe in exhausted for kind in kinds(probe)]
    kind = max(candidates, key=lambda kind: (evidence.want(kind) >= NEAR, evidence.used_up(kind)))
    ceiling = kind.ceiling(failure)
    return f"it ran out of {kind.name}" + (f" ({ceiling})" if ceiling else "")


def within_what_was_read(judgement: Judgement, unread: Mapping[str, str]) -> Judgement:
    """Say of a judgement what it is worth where live bytes lack a part of the memory.

    What was read convicts, but does not acquit. Growth of live bytes is no figure of the memory's, unless the pages
    that hold what was not read are in it.

    Args:
        judgement: what became of the cell by what was read.
        unread: why a part was not read, by its key.
    """
    parts = [part for part in PARTS if part.key in unread]
    if not parts:
        return judgement
    convicted_by = judgement.convicted_by
    growth = {key: rate for key, rate in judgement.growth.items() if key != LIVE_BYTES.key or key in convicted_by}
    acquitted = judgement.verdict in ACQUITTED
    why = [f"{part.name} not read: {unread[part.key]}; measure it under {part.readable}" for part in parts]
    return replace(
        judgement,
        verdict=Verdict.INCONCLUSIVE if acquitted else judgement.verdict,
        bytes=judgement.bytes if {probe.key for probe in PAGES} & {*convicted_by} else None,
        growth=growth,
        reason="; ".join([*why, f"of the rest: {judgement.reason}"] if acquitted else [judgement.reason, *why]),
    )


def _passing(tests: Sequence[Criterion], outcomes: Sequence[Outcome]) -> tuple[Probe, ...]:
    """The probes whose readings passed all of these tests."""
    names = {test.statement.name for test in tests}
    failed = {outcome.probe for outcome in outcomes if outcome.test in names and not outcome.passed}
    return tuple(probe for probe in tests[0].probes if probe.key not in failed)


def _failed(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if not outcome.passed]


def _decide(
    evidence: Evidence, against_conviction: Sequence[Outcome], against_acquittal: Sequence[Outcome]
) -> tuple[Verdict, bool, str]:
    """The verdict, whether it is final, and why."""
    if _is_by_calls(evidence, against_acquittal):
        decided = evidence.share(evidence.rules.convict) >= 1
        return Verdict.INCONCLUSIVE, decided, _doubt(evidence, against_acquittal)
    if evidence.suspects and not against_conviction:
        return Verdict.LEAKING, True, _accuse(evidence)
    if evidence.suspects and {outcome.test for outcome in against_conviction} == {"cache"}:
        return Verdict.INCONCLUSIVE, evidence.last, _filling(evidence)
    if against_acquittal:
        return Verdict.INCONCLUSIVE, False, _doubt(evidence, against_acquittal)
    return _acquit(evidence)


def _is_by_calls(evidence: Evidence, against_acquittal: Sequence[Outcome]) -> bool:
    """Return whether all that grows does so with this tool's calls of the workload."""
    is_live = all(probe.slowest for probe in evidence.suspects)
    return is_live and any(outcome.test == "calls" for outcome in against_acquittal[:1])


def _acquit(evidence: Evidence) -> tuple[Verdict, bool, str]:
    ruled_out, _ = limit(evidence, LIVE_BYTES)
    most = f"no leak of more than {ruled_out:.2g} B/op over {evidence.series.operations:,} operations"
    held = [each for each in evidence.series.held if each.bytes >= LEAST_HELD]
    for_a_while = "".join(f"{each}, then lets go of them{_at_pace(each, evidence.series)}: " for each in held)
    if evidence.settled < LARGE:
        return Verdict.BOUNDED if held else Verdict.CLEAN, True, f"{for_a_while}{most}"
    full = [str(cap) for cap in evidence.series.caps if cap.is_full]
    causes = f"; filled: {', '.join(full[:3])}" if full else ""
    causes += _more_threads(evidence)
    return Verdict.BOUNDED, True, f"{for_a_while}grew by {evidence.settled:,.0f} bytes, then slowed{causes}: {most}"


def _at_pace(timer: Held, series: Series) -> str:
    """Return what comes together in the time for which it is held, at the pace that was measured."""
    pace = series.operations / max(series.seconds, 1e-9)
    return f"; at {pace:,.0f} operations a second {timer.bytes * timer.seconds * pace / 1e6:.2g} MB"


def _more_threads(evidence: Evidence) -> str:
    """Return how many threads there were more, in words; nothing where there were not."""
    count = reading("threads")(evidence.measured)
    return f"; threads rose from {count[0]:.0f} to {count[-1]:.0f}" if count[-1] > count[0] else ""


def _accuse(evidence: Evidence) -> str:
    if evidence.by_jumps:
        return (
            "a table is made larger by a factor whenever it is full: live bytes rose fourfold in fourfold operations, "
            f"by {evidence.growth(LIVE_BYTES).folds[0].sum():,.0f} bytes in the last 3/4 of them"
        )
    rates = [(probe, evidence.growth(probe).interval.rate) for probe in evidence.suspects]
    grown = [f"{probe.name} {rate:{'+,.0f' if abs(rate) >= 100 else '+.3g'}} {probe.unit}/op" for probe, rate in rates]
    steady = f"steady growth over {evidence.series.operations:,} operations: {', '.join(grown)}"
    return "; ".join([steady, *(grown_children(evidence.series) if CHILD_MEMORY in evidence.suspects else ())])


def grown_children(series: Series) -> list[str]:
    """Return the child processes that make up most of what all of them grew by, each with its growth per operation."""
    grown = [child for child in series.children if child.growth > 0]
    least = max((child.growth for child in grown), default=0) / FOLD
    return [
        f"{child} grew by {child.growth / max(series.operations, 1):,.0f} B/op"
        for child in grown[:MOST_CHILDREN]
        if child.growth >= least
    ]


def _filling(evidence: Evidence) -> str:
    """A container that fills evenly needs as many operations as its room takes at its pace, and what follows that."""
    cap, over = evidence.filling[0], evidence.series.operations
    until = over * (1 + (cap.cap - cap.after) / max(cap.after - cap.before, 1))
    operations = max(AFTER_FILLING * until, evidence.rules.convict.operations(evidence.series))
    return f"grew over {over:,} operations while {cap} filled: run at least {operations:,.0f} operations"


def _doubt(evidence: Evidence, outcomes: Sequence[Outcome]) -> str:
    """Return why it is not acquitted, by the first of the tests that it does not pass, and what would decide it."""
    outcome = outcomes[0]
    statement = next(test.statement for test in ACQUITTING if test.statement.name == outcome.test)
    name = BY_KEY[outcome.probe].name if outcome.probe else ""
    over, rules = evidence.series.operations, evidence.rules
    why = statement.otherwise.format(probe=name, figure=outcome.figure, operations=over)
    if outcome.test == "calls":
        return why
    is_memory = outcome.probe and BY_KEY[outcome.probe] not in THINGS
    why = "; ".join([why, *(_moving(evidence.series) if is_memory else ())])
    if accepted := _accepted(evidence, outcomes):
        why += f". `--limit {_rounded_up(accepted)}` accepts that"
    horizon = rules.convict if evidence.suspects else rules.acquit
    operations = max(LAST_OPERATIONS if evidence.last else horizon.operations(evidence.series), rules.fewest)
    if over < rules.fewest and evidence.series.seconds >= rules.acquit.seconds:
        operations = rules.fewest
    return f"{why}. Run at least {operations if over < operations else 2 * over:,} operations after the warm-up"


def _accepted(evidence: Evidence, outcomes: Sequence[Outcome]) -> float:
    """Return the limit, in bytes per operation, that accepts what came late and what is not ruled out; 0 if another
    test comes first that the cell does not pass."""
    tests = [outcome.test for outcome in outcomes]
    if "limit" not in tests or {*tests[: tests.index("limit")]} - {"later"}:
        return 0.0
    of_jumps = FOLD / evidence.series.operations
    return max(outcome.figure * {"limit": 1.0, "later": of_jumps}.get(outcome.test, 0.0) for outcome in outcomes)


def _moving(series: Series) -> list[str]:
    """The container with a known bound that has most entries of those that grew or shrank, in words."""
    largest = sorted(series.caps, key=lambda cap: -cap.after)[:1]
    return [f"{cap} changed too and may explain it" for cap in largest]


def _rounded_up(figure: float) -> str:
    """A figure with its first two digits, and never less than it was."""
    unit = 10.0 ** (floor(log10(figure)) - 1)
    return f"{ceil(figure / unit) * unit:.6g}"


def _looks(series: Series) -> int:
    """The number of looks after the warm-up; two after as many operations, as at a round's end, are one."""
    return len({sample.operations for sample in series.samples()})


def _too_few(series: Series) -> str:
    looks = [max(sample.live_bytes, sample.rss) for round_ in series.rounds for sample in round_.samples]
    grown = max(looks) - series.rounds[0].initial_rss if looks else 0
    if grown > MEMORY_HORIZON:
        return f"memory grew by {grown / 1e9:.1f} GB in too few looks for a verdict: measure smaller operations"
    few = f"{_looks(series)} looks at memory are too few for a verdict, which takes {POINTS}: run more operations"
    enough = ceil(2 * POINTS * series.pace)  # a warm-up comes before
    return f"{few}; one takes {series.pace:.2g} s: give it `--time-cap {enough}`" if series.pace >= SLOW else few


def _size(evidence: Evidence, acquitting: Sequence[Outcome]) -> Interval:
    """Growth in bytes per operation: of live bytes, and of pages that no allocator counts if they grow steadily, shared
    memory that is mapped too only once. Pages that neither do so nor surely stand still, such as the stack of one more
    thread, make the interval wider alone. By jumps: between what is needed right before one and taken right after it.
    """
    live = evidence.growth(LIVE_BYTES)
    if evidence.by_jumps:
        taken = float(live.folds[0].sum()) / float(live.every[-1] * (1 - 1 / FOLD))
        return Interval(taken / sqrt(FOLD), taken * NEAR / FOLD, taken / NEAR)
    doubted = {outcome.probe for outcome in _failed(acquitting)} if evidence.suspects else set()
    counted = [probe for probe in MEMORY if probe is LIVE_BYTES or probe.key in doubted]
    if {MAPPED_PAGES, SHARED_MEMORY} <= {*counted}:
        overlapping = sorted((MAPPED_PAGES, SHARED_MEMORY), key=lambda probe: evidence.growth(probe).interval.rate)
        counted.remove(overlapping[0])
    intervals = [_of_size(evidence, probe) for probe in counted]
    return Interval(*(sum(getattr(each, name) for each in intervals) for name in ("rate", "low", "high")))


def _of_size(evidence: Evidence, probe: Probe) -> Interval:
    interval = evidence.growth(probe).interval
    if probe is LIVE_BYTES or probe in evidence.suspects:
        return interval
    return Interval(0.0, min(interval.low, 0.0), max(interval.high, 0.0))
