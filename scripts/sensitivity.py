"""Change each constant of the verdict and judge all recorded series again; write docs/sensitivity.md.

``python scripts/sensitivity.py [-o FILE] [--only NAME...] [--how off]`` judges every recording of ``tests/recorded``
again for each change, and writes a table of what flips: one whose verdict was right and is wrong or undecided
then, or the other way round. The constants are those of the judging modules as they stand; none is left out by hand.
"""

from __future__ import annotations

import ast
import math
import sys
import types
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import pages
from replay import SERIES, recordings, replay

from find_mem_leaks import judging
from find_mem_leaks.judging.rules import Horizon, Rules
from find_mem_leaks.judging.series import Series
from find_mem_leaks.judging.truths import is_true

FOLDER = Path(judging.__file__).parent
# Each stands on those before it.
MODULES = ("readings", "probes", "failure", "growth", "rules", "evidence", "criteria", "verdict")
NEVER = 1e300
# What takes a constant's test or its part of one away; where it is not here, it cannot be taken away.
OFF: Mapping[str, float] = {
    "UNSEEN": 0, "LEAST": 0, "SLOWEST": 1e-12, "LARGE": 0, "LATE_PAGES": 0, "BUFFER_PAGES": 0,
    "LATER_PAGES": NEVER, "MODEST_PAGES": 0, "CLIP": NEVER, "COARSE": 1, "FEW": 0, "SURE": 0,
    "SLOWING": 0, "CHANCE": 0, "RISE_TO_FALL": 0, "SETTLING_TIMES": 0, "NEAR": 0, "MEMORY_HORIZON": NEVER,
    "BYTES_PER_ENTRY": 0, "AFTER_FILLING": 0, "LAST_OPERATIONS": NEVER, "limit": NEVER, "hourly": 0, "acquit.work": 0,
    "acquit.seconds": NEVER, "convict.work": 0, "convict.seconds": NEVER, "convict.elapsed": 0,
}  # fmt: skip
# Constants that a reading's growth is made with; whatever else is changed, that stays and is worked out once.
MADE_WITH = {
    "", "SURE", "NEAR", "UNSEEN", "LATE_PAGES", "POINTS", "CLIP", "COARSE", "FEW", "FOLD", "confidence",
}  # fmt: skip
# Units, a figure without a bound, and how many a sentence names: they decide nothing. A small object is the unit in
# which live bytes are held against counts. FEWEST is half of POINTS.
UNITS = {"PAGE", "HOUR", "SMALL_OBJECT", "WITHOUT_BOUND", "MOST_CHILDREN", "FEWEST"}
MOST_SHOWN = 2

Outcomes = dict[str, tuple[str, int]]


@dataclass(frozen=True)
class Change:
    """A constant with another value; ``how``: off, half or double."""

    name: str
    place: str
    usual: float
    how: str
    value: float


def constants() -> Iterator[tuple[str, str, float]]:
    """Return each constant's name, the file it is in, and its value."""
    for module in MODULES:
        for node in ast.parse((FOLDER / f"{module}.py").read_text()).body:
            if not isinstance(node, ast.Assign) or not (name := ast.unparse(node.targets[0])).isupper():
                continue
            value = getattr(sys.modules[f"find_mem_leaks.judging.{module}"], name)
            if isinstance(value, int | float) and name not in UNITS and not _is_derived(node):
                yield name, f"{module}.py", value
    for rule in fields(Rules):
        usual = getattr(Rules(), rule.name)
        parts = vars(usual).items() if isinstance(usual, Horizon) else [("", usual)]
        yield from ((f"{rule.name}.{part}".rstrip("."), "rules.py", value) for part, value in parts if value)


def _is_derived(node: ast.Assign) -> bool:
    return any(isinstance(each, ast.Name) for each in ast.walk(node.value))


def changes(name: str, place: str, usual: float) -> Iterator[Change]:
    if name in OFF:
        yield Change(name, place, usual, "off", OFF[name])
    half = usual / 2 if isinstance(usual, float) else max(1, usual // 2)
    if name == "confidence":
        half, double = 1 - 2 * (1 - usual), 1 - (1 - usual) / 2
    else:
        double = usual * 2
    yield Change(name, place, usual, "half", half)
    yield Change(name, place, usual, "double", double)


def changed(change: Change) -> tuple[Any, Any]:
    """The function that judges and the rules, with the change made in the source of the modules."""
    for module in MODULES:
        tree = ast.parse((FOLDER / f"{module}.py").read_text())
        for node in tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == change.name:
                node.value = ast.copy_location(ast.Constant(change.value), node.value)
        variant = types.ModuleType(f"find_mem_leaks.judging.{module}")
        variant.__file__ = str(FOLDER / f"{module}.py")
        sys.modules[variant.__name__] = variant
        exec(compile(tree, str(variant.__file__), "exec"), vars(variant))  # noqa: S102  the project's own source
    rules = sys.modules["find_mem_leaks.judging.rules"].Rules()
    name, _, part = change.name.partition(".")
    if part:
        rules = replace(rules, **{name: replace(getattr(rules, name), **{part: change.value})})
    elif hasattr(rules, name):
        rules = replace(rules, **{name: change.value})
    return sys.modules["find_mem_leaks.judging.verdict"], rules


@cache
def cases() -> dict[str, tuple[Series, str]]:
    """All recordings and constructed series, each with what is true of it; read once by each process."""
    sys.path[:0] = [str(SERIES.parents[1]), str(SERIES.parent)]
    from constructed import CASES  # type: ignore[import-not-found]  # found by the line before

    constructed = {name: (make(), truth) for name, (make, truth) in CASES.items()}
    return {**{name: (cell.series, str(cell.truth)) for name, cell in recordings()}, **constructed}


_growths: dict[tuple[int, int, str], Any] = {}


def _keep_growths() -> None:
    """Let the evidence of the changed modules take what was worked out before of the same samples."""
    evidence = sys.modules["find_mem_leaks.judging.evidence"].Evidence
    work_out = evidence._grown

    def grown(self: Any, probe: Any) -> Any:
        rounds = self.series.rounds
        key = id(rounds[0]), len(rounds), probe.name
        if key not in _growths:
            _growths[key] = work_out(self, probe)
        return _growths[key]

    evidence._grown = grown


def outcomes(change: Change) -> Outcomes:
    """Return of each series whether it is right, undecided or wrong, and the operations that it took."""
    verdicts, rules = changed(change)
    if change.name not in MADE_WITH:
        _keep_growths()
    states = {}
    for name, (series, truth) in cases().items():
        try:
            states[name] = _outcome(truth, *replay(series, rules, verdicts.judge))
        except ArithmeticError:
            states[name] = "not to be judged", 0
    return states


def _outcome(truth: str, judgement: Any, operations: int) -> tuple[str, int]:
    if is_true(judgement.verdict, truth):
        return "right", operations
    return ("undecided" if judgement.verdict == "inconclusive" else f"wrong ({judgement.verdict})"), operations


def flips(usual: Outcomes, other: Outcomes) -> dict[str, str]:
    """The recordings that read otherwise, and how."""
    return {name: state for name, (state, _) in other.items() if state != usual[name][0]}


def longer(usual: Outcomes, other: Outcomes) -> float:
    """Return how many times as many operations all recordings take, by their geometric mean."""
    ratios = [math.log(max(other[name][1], 1) / max(usual[name][1], 1)) for name in usual]
    return math.exp(sum(ratios) / len(ratios))


def cell_of(usual: Outcomes, other: Outcomes) -> str:
    """Return what a change does, for the table."""
    flipped = flips(usual, other)
    times = longer(usual, other)
    took = f"; {times:.2f} × the operations" if abs(times - 1) >= 0.01 else ""
    if not flipped:
        return f"–{took}"
    shown = ", ".join(f"`{name}` {state}" for name, state in list(flipped.items())[:MOST_SHOWN])
    return f"**{len(flipped)}**: {shown}{took}"


def report(usual: Outcomes, by_change: Mapping[Change, Outcomes], command: str) -> str:
    states = [state for state, _ in usual.values()]
    wrong = sum(state.startswith("wrong") for state in states)
    lines = [
        "# Sensitivity",
        "",
        f"Made by `{command}`: each constant that decides a verdict switched off, halved and doubled, on",
        f"{len(usual)} series of `tests/recorded`, recorded ones and constructed ones. As the constants stand,",
        f"{states.count('right')} are right, {states.count('undecided')} undecided, {wrong} wrong. A figure is the",
        "number of series that read otherwise, with examples; – means none: the verdict tolerates the change. Behind",
        "it is how many times as many operations a series takes (geometric mean). A recording ends when half as many",
        "operations again are over as its verdict took, so that some of what is undecided would be decided later.",
        "",
        "| constant | in | is | off | half | double |",
        "| --- | --- | ---: | --- | --- | --- |",
    ]
    rows: dict[tuple[str, str, float], dict[str, str]] = {}
    for change, other in by_change.items():
        rows.setdefault((change.name, change.place, change.usual), {})[change.how] = cell_of(usual, other)
    for (name, place, value), cells in rows.items():
        columns = [cells.get(how, "n/a") for how in ("off", "half", "double")]
        lines.append(pages.row([name, place, f"{value:,.6g}", *columns]))
    return "\n".join([*lines, "", f"{len(rows)} constants."])


def main() -> None:
    parser = pages.parser(__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="names of constants")
    parser.add_argument("--how", nargs="*", default=["off", "half", "double"], help="off, half or double")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    arguments = parser.parse_args()
    nothing = Change("", "", 0, "", 0)
    every = [change for each in constants() for change in changes(*each)]
    named = [change for change in every if not arguments.only or change.name in arguments.only]
    chosen = [change for change in named if change.how in arguments.how]
    by_change: dict[Change, Outcomes] = {}
    with ProcessPoolExecutor(arguments.jobs) as pool:
        results = pool.map(outcomes, [nothing, *chosen])
        usual = next(results)
        for change, other in zip(chosen, results, strict=True):
            by_change[change] = other
            print(f"{change.name} {change.how}: {cell_of(usual, other)}", file=sys.stderr, flush=True)
    pages.write(report(usual, by_change, arguments.command), arguments.output)


if __name__ == "__main__":
    main()
