"""Resident memory over the operations of a hands-off part, as stacked areas: shapes in thousandths of the drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10

from find_mem_leaks.judging.deployed import Deployed
from find_mem_leaks.reports.amounts import MEBIBYTE

# Room above the highest reading, as a share of it; and how many ticks an axis has at most.
ROOM = 0.15
MOST_TICKS = 5
# Width and height of the drawing: one of its units cannot be told apart on a page.
FULL = 1_000
Point = tuple[float, float]
# Steps between ticks, in powers of ten.
STEPS = (1, 2, 5)
NAMES = {
    "base": "resident before the first operation",
    "handed-out": "handed out since by both allocators: live and garbage",
    "rest": "the rest: kept by allocators, mapped, files",
}


@dataclass(frozen=True)
class Layer:
    """One area, from the bottom of the drawing to its upper edge: later ones are drawn over earlier ones.

    Attributes:
        key: its key in ``NAMES``.
        name: what people call it.
        points: the corners, as an SVG polygon takes them.
    """

    key: str
    name: str
    points: str


@dataclass(frozen=True)
class Tick:
    """A place on an axis, in percent of its length, and the value there."""

    place: float
    text: str


@dataclass(frozen=True)
class Areas:
    """The layers, the highest first, and the ticks of both axes: operations and MB of resident memory."""

    layers: tuple[Layer, ...]
    operations: tuple[Tick, ...]
    megabytes: tuple[Tick, ...]


def areas(deployed: Deployed) -> Areas:
    """Return what is drawn. Live memory and garbage are one area, since nothing tells them apart while it runs."""
    at = (0, *deployed.at)
    levels = [(0.0, 0.0, 0.0), *_levels(deployed)]
    levels[0] = (float(deployed.begin["rss"]),) * 3
    width, height = at[-1], max(top for _, _, top in levels) * (1 + ROOM)
    edges = dict(zip(NAMES, zip(*levels, strict=True), strict=True))
    layers = tuple(Layer(key, NAMES[key], _polygon(at, edges[key], width, height)) for key in reversed(NAMES))
    return Areas(layers, tuple(_ticks(width)), tuple(_ticks(height / MEBIBYTE)))


def grid(drawn: Areas) -> str:
    """Return a line across the drawing at each tick of megabytes, as an SVG path takes them."""
    return "".join(f"M0 {FULL - 10 * tick.place:.0f}h{FULL}" for tick in drawn.megabytes)


def _levels(deployed: Deployed) -> Iterator[tuple[float, float, float]]:
    """The upper edges of the base, of what was handed out since and of all, in bytes, reading by reading.

    What is handed out in memory that was resident before adds nothing to it: no area is higher than resident memory.
    """
    base = deployed.begin["rss"]
    before = deployed.begin["blocks"] + deployed.begin["handed_out"]
    for rss, live in zip(deployed.rss, deployed.live_bytes, strict=True):
        bottom = min(base, rss)
        yield bottom, min(bottom + max(live - before, 0), rss), rss


def _polygon(at: Sequence[int], edge: Sequence[float], width: float, height: float) -> str:
    points = [(FULL * x / width, FULL * (1 - y / height)) for x, y in zip(at, edge, strict=True)]
    return " ".join(f"{x:.0f},{y:.0f}" for x, y in [*_without_straight(points), (FULL, FULL), (0, FULL)])


def _without_straight(points: Sequence[Point]) -> list[Point]:
    """Return those without which the line would look different (Ramer, Douglas and Peucker)."""
    (first, low), (last, high) = points[0], points[-1]
    aside = [abs(y - low - (high - low) * (x - first) / (last - first)) for x, y in points]
    farthest = max(range(len(points)), key=lambda place: aside[place])
    if aside[farthest] <= 1:
        return [points[0], points[-1]]
    return [*_without_straight(points[: farthest + 1])[:-1], *_without_straight(points[farthest:])]


def _ticks(end: float) -> Iterator[Tick]:
    """From 0 on, at round values, none beyond the end."""
    step = _step(end)
    for number in range(int(end / step) + 1):
        yield Tick(round(100 * number * step / end, 1), f"{number * step:,g}" if step < 1 else f"{number * step:,.0f}")


def _step(end: float) -> float:
    """The smallest round step with which there are not too many ticks."""
    power: float = 10 ** floor(log10(end / MOST_TICKS))
    return next(step for factor in (*STEPS, 10) if (step := factor * power) * MOST_TICKS >= end)
