"""This tool's own verdicts of workloads, by calls of ``find-mem-leaks run`` whose results files are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import load
import tool
from answers import UNDECIDED, Answer, Run, Setting
from truths import CLEAN, LEAKING, Control

from find_mem_leaks import errors
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.results import Cell

SOURCE = Path(__file__).resolve().parents[1] / "src" / "find_mem_leaks"
AT_ONCE = 2
# Workloads in a results file: it is written anew for each of its cells, and no other cell goes on meanwhile.
PART = 16
ENDS = (errors.CLEAN, errors.LEAK, errors.FAILED)
ANSWERS = {
    Verdict.LEAKING: LEAKING,
    Verdict.CLEAN: CLEAN,
    Verdict.BOUNDED: CLEAN,
    Verdict.INCONCLUSIVE: UNDECIDED,
    Verdict.FAILED: UNDECIDED,
    Verdict.SKIPPED: UNDECIDED,
}


def made_of(chosen: Sequence[Control]) -> list[Path]:
    """Return all files that decide what our results are: of this tool, and the workloads."""
    return [*SOURCE.rglob("*.py"), *(control.path for control in chosen)]


def run(python: str, chosen: Sequence[Control], setting: Setting, folder: Path) -> Run:
    """Return our answers in one setting; what the folder has of them already is not measured again."""
    pairs = zip(chosen, cells(python, chosen, setting, folder), strict=True)
    return Run(setting, tuple(answer(control, cell) for control, cell in pairs))


def cells(python: str, chosen: Sequence[Control], setting: Setting, folder: Path) -> list[Cell]:
    """Return a cell for each workload in one setting, measuring those that the folder does not have."""
    measured = []
    with load.beside(setting.condition):
        for number, first in enumerate(range(0, len(chosen), PART), start=1):
            output = folder / f"{setting.condition}-{setting.seed}-part-{number}.json"
            options = ["--seed", str(setting.seed), "-j", str(AT_ONCE)]
            measured += measure(python, chosen[first : first + PART], output, *options)
    return measured


def measure(python: str, chosen: Sequence[Control], output: Path, *options: str) -> list[Cell]:
    """Return a cell for each workload, in their order, measuring those that the results file lacks.

    SystemExit if that did not go to its end; the file then keeps what there is.
    """
    files = [str(control.path) for control in chosen]
    words = [*files, "--no-explain", "-q", *options, "--resume"]
    try:
        unordered = tool.run(*words, output=output, python=python, ends=ENDS)
    except SystemExit as error:
        raise SystemExit(f"{error}: the same command goes on from {output}") from error
    return in_order(unordered, files, output)


def in_order(unordered: Sequence[Cell], files: Sequence[str], source: Path) -> list[Cell]:
    """Return the cells in their files' order, without their rounds, which take memory and are not needed any more.

    SystemExit unless there is exactly one for each file.
    """
    cell_of = {cell.file: replace(cell, rounds=()) for cell in unordered}
    if len(unordered) != len(files) or set(cell_of) != set(files):
        raise SystemExit(
            f"{source} has {len(unordered)} cells of {len(files)} workloads: remove it to measure them again"
        )
    return [cell_of[file] for file in files]


def answer(control: Control, cell: Cell) -> Answer:
    """Return the answer that a cell gives; bounded counts as clean, inconclusive and failed as undecided."""
    return Answer(control, ANSWERS[cell.verdict], cell.wall_seconds, f"{cell.verdict}: {cell.reason}")
