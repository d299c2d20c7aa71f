"""A cell judged by what its record holds: when it is measured, and whenever it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from find_mem_leaks.judging.hands_off import with_hands_off
from find_mem_leaks.judging.probes import BY_KEY, unread
from find_mem_leaks.judging.rules import Rules
from find_mem_leaks.judging.verdict import ACQUITTED, Judgement, Verdict, judge, judge_failed, within_what_was_read
from find_mem_leaks.results import Cell


def judged(cell: Cell, rules: Rules) -> Cell:
    """Judge a cell by what its record holds, without measuring; one that failed for want of what grew leaks.

    Nothing is said of probes that it has no readings of.
    """
    if cell.skipped:
        return _unjudged(cell, rules, Verdict.SKIPPED, cell.skipped)
    rules = rules.at_pace_of(cell.series)
    judgement = _judgement(cell, rules)
    if judgement is None:
        return _unjudged(cell, rules, Verdict.FAILED, cell.error or "")
    if cell.unseen and judgement.verdict in ACQUITTED:
        return _unjudged(cell, rules, Verdict.SKIPPED, cell.unseen)
    size, missing = judgement.bytes, unread(cell.series.columns())
    return replace(
        cell,
        rules=rules,
        verdict=judgement.verdict,
        reason="; ".join([judgement.reason, *([cell.error] if cell.error else []), *_not_read(cell.unread)]),
        convicted_by=judgement.convicted_by,
        bytes_per_operation=size.rate if size else None,
        interval=(size.low, size.high) if size else None,
        growth={key: growth for key, growth in judgement.growth.items() if key not in missing},
        tests=tuple(outcome for outcome in judgement.tests if outcome.probe not in missing),
    )


def _unjudged(cell: Cell, rules: Rules, verdict: Verdict, reason: str) -> Cell:
    """Return the cell without figures, tests and probes of a verdict that it may have had before."""
    bare = replace(cell, convicted_by=(), bytes_per_operation=None, interval=None, growth={}, tests=())
    return replace(bare, rules=rules, verdict=verdict, reason=reason)


def _judgement(cell: Cell, rules: Rules) -> Judgement | None:
    """Return that of the measured process as far as it was read, with what the hands-off part adds; None if it
    failed."""
    measured = _of_measured(cell, rules)
    if measured is None:
        return None
    judgement = within_what_was_read(measured, cell.unread)
    if cell.deployed:
        return with_hands_off(judgement, cell.deployed, rules, cell.held)
    if cell.not_deployed and judgement.verdict in ACQUITTED:
        return replace(judgement, verdict=Verdict.INCONCLUSIVE, reason=f"not measured as deployed: {cell.not_deployed}")
    return judgement


def _of_measured(cell: Cell, rules: Rules) -> Judgement | None:
    """Return that of what was measured; None if it failed."""
    if cell.error is None:
        return judge(cell.series, rules, last=cell.last)
    return judge_failed(cell.series, rules, cell.failure) if cell.failure else None


def _not_read(errors: Mapping[str, str]) -> list[str]:
    return [f"{BY_KEY[key].name} not read ({error})" for key, error in errors.items() if key in BY_KEY]
