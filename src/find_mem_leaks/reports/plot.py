"""What a cell's plot shows, and the one figure that shows it: whichever cell is opened lends it its data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bokeh.embed import json_item
from bokeh.models import ColumnDataSource, HoverTool, LinearAxis, NumeralTickFormatter, Range1d
from bokeh.models.annotations import BoxAnnotation
from bokeh.plotting import figure

from find_mem_leaks.judging.probes import LIVE_BYTES
from find_mem_leaks.judging.series import Sample
from find_mem_leaks.results import Cell

# More than this many cannot be told apart at the width of a page.
MOST_SAMPLES = 120
HEIGHT = 300
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
    """The figure with empty sources, as JSON for BokehJS; its parts are found by their names."""
    sources = {name: ColumnDataSource({column: [] for column in columns}, name=name) for name, columns in LINES.items()}
    drawn = _empty()
    drawn.add_layout(BoxAnnotation(name="warm-up", left=0, right=0, fill_alpha=0.12, line_color=None))
    fit, samples = sources["fit"], sources["samples"]
    drawn.varea("operations", "low", "high", source=fit, name="interval", fill_alpha=0.25)
    drawn.line("operations", "rss", source=samples, name="rss line", line_width=1.5, y_range_name="rss")
    line = drawn.line("operations", "live", source=samples, name="live line", line_width=2)
    drawn.scatter("operations", "live", source=samples, name="live dots", size=4)
    drawn.line("operations", "rate", source=fit, name="rate line", line_width=2, line_dash="dashed")
    drawn.add_tools(_hover(line))
    return json_item(drawn)


def _empty() -> figure:
    """Axes and nothing else: operations, live bytes on the left, resident memory on the right."""
    drawn = figure(
        name="figure",
        height=HEIGHT,
        sizing_mode="stretch_width",
        tools="",
        toolbar_location=None,
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
        x_range=Range1d(name="operations range"),
        y_range=Range1d(name="live range"),
        x_axis_label="operations since the cell began",
        y_axis_label="live bytes, MB",
    )
    drawn.extra_y_ranges = {"rss": Range1d(name="rss range")}
    drawn.add_layout(LinearAxis(y_range_name="rss", axis_label="RSS, MB"), "right")
    drawn.xaxis.formatter = NumeralTickFormatter(format="0,0")
    drawn.xgrid.grid_line_color = None
    return drawn


def _hover(renderer: Any) -> HoverTool:
    figures = [("operations", "@operations{0,0}"), ("live bytes", "@live{0.000} MB"), ("RSS", "@rss{0.000} MB")]
    return HoverTool(renderers=[renderer], tooltips=figures, mode="vline")
