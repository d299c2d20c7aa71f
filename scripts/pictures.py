"""Draw the pictures of the documentation from results files.

``python scripts/pictures.py PAGE…`` looks in pages for pictures below a block with ``find-mem-leaks show FILE…``. It
writes below that command what it prints, and draws the growth of the files' cells as one SVG.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from find_mem_leaks import results
from find_mem_leaks.results import Cell

BLOCK = re.compile(
    r"^```console\n\$ find-mem-leaks show (?P<files>(?:.*\\\n)*.*)\n(?P<shown>(?:(?!^```).*\n)*)```\n\n"
    r"!\[(?P<title>[^]]+)\]\((?P<picture>\S+\.svg)\)$",
    re.MULTILINE,
)
COLORS = ("tab:red", "tab:blue")
# A picture has at most so many dots: it stays small.
DOTS = 150


def paths(block: re.Match[str]) -> list[Path]:
    """Return the results files that a block shows."""
    return [Path(word) for word in block["files"].replace("\\\n", " ").split()]


def shown(block: re.Match[str]) -> str:
    """Return what the command of a block prints."""
    command = [sys.executable, "-m", "find_mem_leaks", "show", *map(str, paths(block))]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def growth(cell: Cell, dots: int) -> tuple[list[int], list[float]]:
    """Return the operations before some looks at memory, and the KiB that were live then, above the lowest."""
    looks = [sample for round_ in cell.rounds for sample in round_.samples]
    lowest = min(look.live_bytes for look in looks)
    some = looks[:: len(looks) // dots + 1]
    return [look.operations for look in some], [(look.live_bytes - lowest) / 1024 for look in some]


def draw(cells: list[Cell], title: str, path: Path) -> None:
    """Draw the dots of each cell, as far as the first one goes."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "find-mem-leaks", "svg.fonttype": "none"})
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 2.6))
    for cell, color in zip(cells, COLORS, strict=False):
        low, high = cell.interval or (0.0, 0.0)
        label = f"{cell.stack}: {cell.verdict.value}, {low:z,.2f} to {high:z,.2f} B/op"
        axes.plot(*growth(cell, DOTS // len(cells)), ".", color=color, markersize=3, label=label)
    axes.set_xlim(0, cells[0].rounds[-1].samples[-1].operations)
    axes.axvspan(0, max(each.samples[-1].operations for each in cells[0].rounds if each.warm_up), color="0.92")
    axes.set_title(title, fontsize=9)
    axes.set_xlabel("operations (grey: warm-up)")
    axes.set_ylabel("live bytes, KiB above the lowest", fontsize=8)
    axes.legend(loc="best", fontsize=8)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main(pages: list[Path]) -> None:
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            cells = [cell for path in paths(block) for cell in results.read(path)]
            draw(cells, block["title"], page.parent / block["picture"])
            new = block[0].replace(f"{block['files']}\n{block['shown']}", f"{block['files']}\n{shown(block)}")
            text = text.replace(block[0], new)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
