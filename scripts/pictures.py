"""Draw the pictures of the documentation from what the commands above them measure.

``python scripts/pictures.py PAGE…`` looks in each page for a picture below a block of commands. It carries out each
``find-mem-leaks run … -o FILE`` of the block whose file is not there yet, writes below the command what came of it, and
draws what grew in all of the block's files as one SVG.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from find_mem_leaks import commands, results
from find_mem_leaks.results import Cell

BLOCK = re.compile(
    r"^```console\n(?P<block>(?:(?!^```).)*)^```\n\n!\[(?P<title>[^]]+)\]\((?P<picture>\S+\.svg)\)$",
    re.MULTILINE | re.DOTALL,
)
COMMAND = re.compile(r"^\$ find-mem-leaks (run (?:.*\\\n)*.*)$", re.MULTILINE)
# What `show` prints of a leak, to the end of its first place; and its row of a cell that does not leak.
LEAK = re.compile(r"^❌ .*\n(?:   .*\n)*?   at .*\n(?:      .*\n)*", re.MULTILINE)
ROW = re.compile(r"^\S+ +[✅🔒].*\n", re.MULTILINE)
COLORS = ("tab:red", "tab:blue")


class Measured(NamedTuple):
    """A command of a page, and what it measures.

    Attributes:
        command: as it stands in the page.
        words: the same, as arguments of the tool.
        file: the results file that it writes.
        label: the first package that it installs, with its release; where it installs none, the workload's name.
    """

    command: str
    words: list[str]
    file: Path
    label: str

    @property
    def cell(self) -> Cell:
        [cell] = results.read(self.file)
        return cell


def read(block: str) -> list[Measured]:
    """Return what the commands of a block measure."""
    return [_read(command) for command in COMMAND.findall(block)]


def _read(command: str) -> Measured:
    words = shlex.split(command.replace("\\\n", " "))
    arguments = commands.parser().parse_args(words)
    label = [*(arguments.requirements or ()), Path(words[1]).stem][0].replace("==", " ")
    return Measured(command, words, arguments.output, label)


def excerpt(shown: str) -> str:
    """Return what a page has of the output of ``show``: the first place of a leak, or the row of a clean cell."""
    part = LEAK.search(shown) or ROW.search(shown)
    return (part[0] if part else shown) + "…\n"


def measured(block: str) -> str:
    """Measure what is not kept; return the block with each command's output."""
    text = ""
    for each in read(block):
        tool = [sys.executable, "-m", "find_mem_leaks"]
        if not each.file.exists():
            each.file.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run([*tool, *each.words, "-q", "--no-table"], check=False)
        shown = subprocess.run([*tool, "show", str(each.file)], stdout=subprocess.PIPE, text=True, check=True).stdout
        text += f"$ find-mem-leaks {each.command}\n{excerpt(shown)}"
    return text


def growth(cell: Cell) -> tuple[list[int], list[float]]:
    """Return the operations before each look at memory, and the KiB that were live then, above the lowest."""
    looks = [sample for round_ in cell.rounds for sample in round_.samples]
    lowest = min(look.live_bytes for look in looks)
    return [look.operations for look in looks], [(look.live_bytes - lowest) / 1024 for look in looks]


def legend(each: Measured) -> str:
    """Return what the legend says of a line: what was measured, its verdict and its growth."""
    low, high = each.cell.interval or (0.0, 0.0)
    return f"{each.label}: {each.cell.verdict.value}, {low:z,.2f} to {high:z,.2f} B/op"


def draw(block: str, title: str, path: Path) -> None:
    """Draw a line for each results file of a block, as far as the first one goes."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "find-mem-leaks", "svg.fonttype": "none"})
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 2.6))
    every = read(block)
    for each, color in zip(every, COLORS, strict=False):
        axes.plot(*growth(each.cell), color=color, linewidth=1.2, label=legend(each))
    first = every[0].cell
    axes.set_xlim(0, growth(first)[0][-1])
    axes.axvspan(0, max(each.samples[-1].operations for each in first.rounds if each.warm_up), color="0.92")
    axes.set_title(title, fontsize=9)
    axes.set_xlabel("operations (grey: warm-up)")
    axes.set_ylabel("live bytes, KiB above the lowest")
    axes.legend(loc="best", fontsize=8)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def main(pages: list[Path]) -> None:
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for part in BLOCK.finditer(text):
            text = text.replace(part["block"], measured(part["block"]))
            draw(part["block"], part["title"], page.parent / part["picture"])
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
