"""Make what the report draws with anew by Bokeh: BokehJS and the figure, files of the package.

``python scripts/drawing.py DIR`` writes BokehJS as its wheel has it, Bokeh's licence, and the one figure that shows a
cell: axes and lines with empty sources, as JSON. Whichever cell is opened lends it its data.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import bokeh
from bokeh.embed import json_item
from bokeh.models import ColumnDataSource, HoverTool, LinearAxis, NumeralTickFormatter, Range1d
from bokeh.models.annotations import BoxAnnotation
from bokeh.plotting import figure
from bokeh.resources import Resources

from find_mem_leaks.reports.plot import FIGURE, LIBRARY, LICENCE, LINES

HEIGHT = 300
# How Bokeh numbers the parts of a document, and names the documents of a process, each at random.
NUMBER = re.compile(r'"p\d+"')
DOCUMENT = re.compile(r'"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"')


def item() -> Any:
    """Return the figure with empty sources, as JSON for BokehJS; its parts are found by their names."""
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
    """Return axes and nothing else: operations, live bytes on the left, resident memory on the right."""
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


def numbered(text: str) -> str:
    """Return a document with its parts numbered from 1 and its random name left empty: the same each time."""
    numbers: dict[str, str] = {}
    text = NUMBER.sub(lambda found: numbers.setdefault(found[0], f'"p{len(numbers) + 1}"'), text)
    return DOCUMENT.sub('"figure"', text)


def files() -> dict[str, str]:
    """Return the text of each file by its name."""
    library = "\n".join(Resources(mode="inline", components=["bokeh"]).js_raw)
    licence = Path(bokeh.__file__).with_name("LICENSE.txt").read_text(encoding="utf-8")
    return {LIBRARY: library, LICENCE: licence, FIGURE: numbered(json.dumps(item(), indent=1)) + "\n"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR", help="existing; what is in it is replaced")
    folder = parser.parse_args().folder
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
