"""What a cell's plot shows, and the one figure that shows it: whichever cell is opened lends it its data.

The figure and BokehJS, which draws it, are files beside the page's own; ``scripts/drawing.py`` makes them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from find_mem_leaks.judging.probes import LIVE_BYTES
from find_mem_leaks.judging.series import Sample
from find_mem_leaks.results import Cell

# More than this many cannot be told apart at the width of a page.
MOST_SAMPLES = 120
ASSETS = Path(__file__).parent / "assets"
LIBRARY, LICENCE, FIGURE = "bokeh.min.js", "bokeh.LICENSE.txt", "figure.json"
LINES = {"samples": ("operations", "live", "rss"), "fit": ("operations", "rate", "low", "high")}


def data(cell: Cell) -> dict[str, Any]:
    """Columns for the figure's sources, memory in bytes; and the operations at which the warm-up was over."""
    samples = _lowest([sample for round_ in cell.rounds for sample in round_.samples])
    warm_up = [round_.samples[-1].operations for round_ in cell.rounds if round_.warm_up]
    return {
        "samples": {
            "operations": [sample.operations for sample in samples],
            "live": [sample.live_bytes for sample in samples],
            "rss": [sample.rss for sample in samples],
        },
        "warm_up": max(warm_up, default=0),
        "fit": _fit(cell),
    }


def _lowest(samples: Sequence[Sample]) -> list[Sample]:
    """The sample with the lowest reading of each group of neighbours."""
    size = -(-len(samples) // MOST_SAMPLES) or 1
    groups = [samples[place : place + size] for place in range(0, len(samples), size)]
    return [min(group, key=lambda sample: sample.live_bytes) for group in groups]


def _fit(cell: Cell) -> dict[str, list[float]] | None:
    """The rate of live bytes and its interval as lines over the second half of the horizon, through its centre."""
    interval = cell.growth.get(LIVE_BYTES.key)
    measured = [sample for round_ in cell.rounds if not round_.warm_up for sample in round_.samples]
    if interval is None or not measured:
        return None
    middle = (measured[0].operations + measured[-1].operations) / 2
    half = _lowest([sample for sample in measured if sample.operations >= middle])
    centre = sum(sample.operations for sample in half) / len(half)
    level = sum(sample.live_bytes for sample in half) / len(half)
    ends: list[float] = [half[0].operations, round(centre), half[-1].operations]
    lines = {"rate": interval.rate, "low": interval.low, "high": interval.high}
    fitted: dict[str, list[float]] = {
        name: [round(level + rate * (end - centre)) for end in ends] for name, rate in lines.items()
    }
    return {"operations": [*ends], **fitted}


def item() -> Any:
    """Return the figure with empty sources, as JSON for BokehJS; its parts are found by their names."""
    return json.loads((ASSETS / FIGURE).read_text(encoding="utf-8"))


def library() -> str:
    """Return the script of BokehJS, the part that draws."""
    return (ASSETS / LIBRARY).read_text(encoding="utf-8")
