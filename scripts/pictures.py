"""Draw the pictures of docs/reading-the-numbers.md from real runs.

``python scripts/pictures.py FOLDER`` measures three controls and writes one SVG each.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
import tool

mpl.use("svg")
from matplotlib import pyplot as plt

CONTROLS = Path(__file__).parents[1] / "tests" / "controls"
PICTURES = {
    "leak": ("leak_list_of_a_constant", "A leak: a list that is appended to, 8 bytes an operation"),
    "cache": ("steady_lru_cache_20000", "A cache that fills: 20,000 entries, then no more"),
    "sawtooth": ("steady_garbage_cleared_every_3000", "A sawtooth: garbage, dropped every 3,000 operations"),
}


def measure(control: str) -> dict[str, Any]:
    out = tool.call("run", str(CONTROLS / f"{control}.py"), "--json", "-q", "--no-explain")
    cell: dict[str, Any] = json.loads(out)["cells"][0]
    return cell


def draw(cell: dict[str, Any], title: str, path: Path) -> None:
    operations: list[int] = []
    live: list[int] = []
    for round_ in cell["rounds"]:
        operations += round_["samples"]["operations"]
        live += round_["samples"]["live_bytes"]
    lowest = min(live)
    warm_up = [round_["samples"]["operations"][-1] for round_ in cell["rounds"] if round_["warm_up"]][-1]
    figure, axes = plt.subplots(figsize=(7, 3))
    axes.plot(operations, [(value - lowest) / 1024 for value in live], ".", markersize=3)
    axes.axvspan(0, warm_up, color="0.9", label="warm-up")
    interval = cell["interval"]
    rate = f"{cell['bytes_per_operation']:.2f} B/op, {interval[0]:.2f} to {interval[1]:.2f}"
    axes.set_title(f"{title}\n{cell['verdict']}: {rate}", fontsize=9)
    axes.set_xlabel("operations")
    axes.set_ylabel("live bytes, KiB above the lowest")
    axes.legend(loc="best")
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    mpl.rcParams["svg.hashsalt"] = "find-mem-leaks"
    for name, (control, title) in PICTURES.items():
        draw(measure(control), title, folder / f"{name}.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
