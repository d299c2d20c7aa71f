"""A cell's record as figures for asv: each a number, and where it is an estimate the interval that goes with it.

asv compares by ratios, and by more if it is told more: where two figures come with samples, it marks them only if these
differ. So each estimate goes to asv with the interval in which another run of the same commit may read. Like the suite,
this imports nothing but the standard library.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

Record = dict[str, Any]
Figures = dict[str, Any]
Interval = tuple[float, float]

MEBIBYTE = 1 << 20
# The key in records of the probe whose growth is a figure of its own (``judging/probes.py``, which needs numpy).
BLOCKS = "blocks"
# Growth of resident memory in MB that is told from none: pages and arenas come and go below it.
LEAST_RSS_GROWTH = 1.0
# The part by which the rate of a leak lies outside its interval in another run: another stretch of its curve is seen.
# And the factor by which speed, and memory taken in the time that a run took, go up or down with what else the machine
# does. docs/history.md has what was read where nothing had changed.
RATE_ASIDE, SPEED_ASIDE = 0.2, 3.0
# Of so many samples asv takes the least and the greatest for the ends of the interval, and the middle for the figure.
SAMPLES = 9


def of(record: Record) -> Figures:
    """A record's figures, free of noise where nothing leaks and never infinite, and their intervals by name."""
    if record["verdict"] == "failed":
        return {"failed": record["reason"]}
    rounds = record["rounds"]
    figures = {
        "leaked": _leaked(record),
        "blocks": _blocks(record),
        "limit": max(record["interval"][1], _limit(record)) if record["interval"] else math.nan,
        "rss_growth": _rss_growth(rounds),
        "seconds": min(map(_seconds, _measured(rounds)), default=math.nan),
    }
    rounded = {name: _rounded(value) for name, value in figures.items()}
    return {**rounded, "intervals": _intervals(record, rounded), "mix": record["mix"]}


def told(figures: Figures, name: str) -> float | dict[str, Any]:
    """A figure as asv takes it: the number, or samples that asv makes the number and its interval of."""
    value = float(figures[name])
    if name not in figures["intervals"] or math.isnan(value):
        return value
    low, high = figures["intervals"][name]
    half = SAMPLES // 2
    return {"samples": [*[min(low, value)] * half, value, *[max(high, value)] * half], "number": 1}


def _limit(record: Record) -> float:
    return float(record["limit_bytes_per_operation"])


def _leaked(record: Record) -> float:
    return max(record["bytes_per_operation"] or 0.0, _limit(record)) if record["verdict"] == "leaking" else 0.0


def _blocks(record: Record) -> float:
    convicted = BLOCKS in record["convicted_by"]
    return max(record["growth"].get(BLOCKS, {}).get("rate", 0.0), 0.0) if convicted else 0.0


def _intervals(record: Record, figures: Figures) -> dict[str, Interval]:
    """Return where another run may read, of the figures that are estimates; a growth of exactly 0 is none."""
    blocks = record["growth"].get(BLOCKS, {})
    wide = {"rss_growth": _aside(figures["rss_growth"]), "seconds": _aside(figures["seconds"])}
    if record["interval"]:
        wide["limit"] = wide["leaked"] = _beyond(*record["interval"])
    if "low" in blocks:
        wide["blocks"] = _beyond(blocks["low"], blocks["high"])
    return {name: ends for name, ends in wide.items() if figures[name] and all(map(math.isfinite, ends))}


def _beyond(low: float, high: float) -> Interval:
    return low - RATE_ASIDE * abs(low), high + RATE_ASIDE * abs(high)


def _aside(value: float) -> Interval:
    return value / SPEED_ASIDE, value * SPEED_ASIDE


def _rounded(value: float) -> float:
    """Three significant digits, which asv prints as they are; NaN, which it takes for n/a, for what is not finite."""
    return float(f"{value:.3g}") if math.isfinite(value) else math.nan


def _measured(rounds: Sequence[Record]) -> list[Record]:
    return [round_ for round_ in rounds if not round_["warm_up"] and round_["operations"]]


def _seconds(round_: Record) -> float:
    return float(round_["seconds"] / round_["operations"])


def _rss_growth(rounds: Sequence[Record]) -> float:
    if not rounds:
        return math.nan
    grown = float(rounds[-1]["final_rss"] - rounds[0]["initial_rss"])
    return max(grown / MEBIBYTE, LEAST_RSS_GROWTH)
