"""Compare runs of the same code, and with a leak put in; write a section of docs/ci.md.

``python scripts/comparisons.py [-o FILE] [--seeds N]`` measures some clean controls of ``tests/controls`` on the quick
profile, N times (4): once before, once after, and once after with a leak of 16 bytes an operation put in. The runs
before have other seeds than those after, and an idle machine, where those after have two busy processes beside them, or
the other way round. The null comparisons are of before and after: any mark in them is wrong. In the others the leak
must be marked as new. The recorded series of ``tests/recorded`` that are there from an idle and from a busy machine are
null comparisons too, in either order.

Results are written to the folder ``--keep`` as they come. The same command goes on from there if it was interrupted,
unless this tool or a control has changed since. The text takes the place of its section in FILE.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import load
import ours
import pages
import replay
from answers import folder_for
from false_alarms import upper_bound
from truths import CONTROLS, Control, controls

from find_mem_leaks import results
from find_mem_leaks.commands.compare import match
from find_mem_leaks.commands.values import whole
from find_mem_leaks.reports.comparison import NEW, Pair

# Quick ones, each of another kind: nothing kept, a cache, C code's own memory, garbage in cycles, text made and parsed.
COMPARED = (
    "steady_arithmetic",
    "steady_lru_cache_500",
    "steady_sqlite_cursors",
    "steady_cycles_freed_by_gc",
    "steady_struct_json_pickle",
)
# A tuple of one takes 48 bytes, of which 16 are the collector's: one is kept in every third operation.
LEAK = """

_kept = None
_without = operation


def operation(i):
    global _kept
    if i % 3 == 0:
        _kept = (_kept,)
    return _without(i)
"""
BYTES = 16
SEEDS = 4
KEEP = Path("leaks") / "comparisons"
# A cell that a busy machine has cut off says nothing of either side.
OPTIONS = ("--quick", "--time-cap", "300", "-j", "1")
MARKS = "<!-- The comparisons. -->", "<!-- The end of the comparisons. -->"
SIDES = ("before", "after", "leak")


@dataclass(frozen=True)
class Compared:
    """All cells of one seed, compared: the same code twice, and with the leak put in."""

    null: tuple[Pair, ...]
    leak: tuple[Pair, ...]


def written(chosen: Sequence[Control], folder: Path) -> dict[str, list[Control]]:
    """Write the workloads of each side, under one name each, and return them by side."""
    by_side: dict[str, list[Control]] = {}
    for side in SIDES:
        (folder / side).mkdir(parents=True, exist_ok=True)
        for control in chosen:
            file = folder / side / control.path.name
            text = control.path.read_text(encoding="utf-8") + (LEAK if side == "leak" else "")
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                file.write_text(text, encoding="utf-8")
            by_side.setdefault(side, []).append(Control(file.resolve(), control.truth, control.rate))
    return by_side


def conditions(number: int) -> tuple[str, str]:
    """Return the load beside the runs before, and beside those after, in the comparison of this number."""
    return (load.IDLE, load.BUSY) if number % 2 else (load.BUSY, load.IDLE)


def compared(sides: dict[str, list[Control]], folder: Path, number: int) -> Compared:
    """Measure all sides once and compare them; what the folder has already is not measured again."""
    before, after = conditions(number)
    settings = ((before, 2 * number - 1), (after, 2 * number), (after, 2 * number))
    cells = {}
    for side, (condition, seed) in zip(SIDES, settings, strict=True):
        output = folder / f"{number}-{side}.json"
        with load.beside(condition):
            cells[side] = ours.measure(sys.executable, sides[side], output, *OPTIONS, "--seed", str(seed))
    return Compared(*(tuple(match(cells["before"], cells[side])) for side in ("after", "leak")))


def recorded(folder: Path = replay.SERIES) -> list[Pair]:
    """Return the recorded workloads that are there from an idle and from a busy machine, compared in either order."""
    files = replay.files(folder)
    names = [name.removesuffix(f".{load.IDLE}") for name in files if name.endswith(f".{load.IDLE}")]
    return [
        pair
        for name in names
        if f"{name}.{load.BUSY}" in files
        for pair in _in_either_order(name, *(files[f"{name}.{condition}"] for condition in (load.IDLE, load.BUSY)))
    ]


def _in_either_order(name: str, idle: Path, busy: Path) -> list[Pair]:
    [first], [second] = (results.read(file) for file in (idle, busy))
    first, second = replace(first, rounds=()), replace(second, rounds=())
    return [Pair(name, first.scenario, first, second), Pair(name, first.scenario, second, first)]


def section(all_of_them: Sequence[Compared], series: Sequence[Pair], command: str) -> str:
    """Return the section's text."""
    null = [pair for each in all_of_them for pair in each.null]
    leak = [pair for each in all_of_them for pair in each.leak]
    marks, seen = [pair for pair in null if pair.change], [pair for pair in leak if pair.change == NEW]
    names = ", ".join(f"`{name}`" for name in sorted({pair.stack for pair in null}))
    bound = upper_bound(len(marks), len(null))
    turned = [pair for pair in series if pair.change]
    lines = [
        f"Made by `{command}` on the quick profile: {names},",
        f"each with {len(all_of_them)} seeds on either side, one side beside 2 busy processes.",
        "",
        f"- The same code twice, {len(null)} comparisons: {len(marks)} marked; under {bound:.1%} at 95 % confidence.",
        f"  Verdicts: {_verdicts(null)}.",
        f"- A leak of {BYTES} B/op put in, {len(leak)} comparisons: {len(seen)} marked as a new leak.",
        f"- Recorded series of {len(series) // 2} workloads, from an idle and from a busy machine, in either order,",
        f"  {len(series)} comparisons: {len(turned)} marked; under {upper_bound(len(turned), len(series)):.1%}.",
        *(f"  - {line}" for line in _wrong([*marks, *turned], [pair for pair in leak if pair.change != NEW])),
    ]
    return "\n".join(lines)


def _verdicts(pairs: Sequence[Pair]) -> str:
    sides = [side for pair in pairs for side in (pair.before, pair.after)]
    count = Counter("missing" if side is None else str(side.verdict) for side in sides)
    return ", ".join(f"{times} {verdict}" for verdict, times in count.most_common())


def _wrong(marks: Sequence[Pair], missed: Sequence[Pair]) -> Iterator[str]:
    for pair in marks:
        yield f"`{pair.stack}`, the same code twice: {pair.change}"
    for pair in missed:
        verdicts = " → ".join("missing" if side is None else str(side.verdict) for side in (pair.before, pair.after))
        yield f"`{pair.stack}`, with the leak: {pair.change or 'not marked'} ({verdicts})"


def main() -> None:
    parser = pages.parser(__doc__, KEEP)
    parser.add_argument("--seeds", type=whole, default=SEEDS, help=f"comparisons of each control (default: {SEEDS})")
    arguments = parser.parse_args()
    chosen = [control for name in COMPARED for control in controls(CONTROLS, f"{name}.py")]
    sides = written(chosen, arguments.keep / "workloads")
    folder = folder_for(ours.made_of([control for side in sides.values() for control in side]), arguments.keep)
    all_of_them = [compared(sides, folder, number) for number in range(1, arguments.seeds + 1)]
    pages.write(section(all_of_them, recorded(), arguments.command), arguments.output, MARKS)


if __name__ == "__main__":
    main()
