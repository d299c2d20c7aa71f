"""Run the clean controls with 13 seeds, and one at 200 lengths of rounds; write docs/false-alarms.md.

``python scripts/false_alarms.py [-o FILE] [--seeds N] [--lengths N]`` runs every clean control of ``tests/controls``
with N seeds (13), each in a fresh process, those with odd seeds beside two busy processes, and states the share called
leaking with its upper 95 % bound (Clopper and Pearson). The sweep runs the control that drops what it has gathered
every 200 operations under the fixed protocol, at N round lengths in a row (200): with rounds of one length, what is
periodic could grow in every round by its phase alone.

Results are written to the folder ``--keep`` as they come. The same command goes on from there if it was interrupted,
unless this tool or a control has changed since; without the folder it measures everything again.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import ours
import pages
from accuracy_page import CONDITIONS
from answers import Setting, alternating, folder_for
from truths import CLEAN, CONTROLS, Control, controls

from find_mem_leaks.commands.values import whole
from find_mem_leaks.judging.verdict import Verdict

SWEPT = "steady_garbage_cleared_every_200"
SHORTEST_ROUND = 1_000
ROUNDS = 30
# A bound to twelve digits, by bisection.
HALVINGS = 40
KEEP = Path("leaks") / "false-alarms"
SEEDS = 13
LENGTHS = 200


@dataclass(frozen=True)
class Outcome:
    """The verdict of one run of one control."""

    control: str
    setting: Setting
    verdict: Verdict


def at_most(events: int, runs: int, rate: float) -> float:
    """Return the probability of so many events or fewer in independent runs: the binomial's distribution function."""
    return math.fsum(math.comb(runs, k) * rate**k * (1 - rate) ** (runs - k) for k in range(events + 1))


def upper_bound(events: int, runs: int, confidence: float = 0.95) -> float:
    """Return Clopper and Pearson's upper bound: the rate at which so few events are as rare as 1 - confidence."""
    low, high = events / runs, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if at_most(events, runs, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def with_seed(chosen: Sequence[Control], folder: Path, setting: Setting) -> list[Outcome]:
    """Run all controls with one seed, and print how they were judged."""
    cells = ours.cells(sys.executable, chosen, setting, folder)
    outcomes = [Outcome(cell.stack, setting, cell.verdict) for cell in cells]
    print(f"{setting}: {_verdicts(outcomes)}", flush=True)
    return outcomes


def at_length(swept: Control, folder: Path, operations: int) -> Outcome:
    """Run the swept control with rounds of so many operations."""
    output = folder / f"sweep-{operations}.json"
    options = ["--rounds", str(ROUNDS), "--operations", str(operations), "-j", "1"]
    [cell] = ours.measure(sys.executable, [swept], output, *options)
    return Outcome(cell.stack, Setting(), cell.verdict)


def sweep(folder: Path, lengths: int) -> list[Outcome]:
    """Run the swept control at so many lengths of its rounds, two at a time."""
    [swept] = controls(CONTROLS, f"{SWEPT}.py")
    with ThreadPoolExecutor(ours.AT_ONCE) as pool:
        return list(pool.map(partial(at_length, swept, folder), range(SHORTEST_ROUND, SHORTEST_ROUND + lengths)))


def report(outcomes: Sequence[Outcome], swept: Sequence[Outcome], command: str) -> str:
    """Return the page: the runs, those of each condition, each false alarm, the sweep."""
    names = {each.control for each in outcomes}
    lines = [
        "# False alarms",
        "",
        f"Made by `{command}`.",
        "",
        f"- {len(outcomes)} runs of {len(names)} clean controls, {_seeds(outcomes)}: {_verdicts(outcomes)}.",
        f"  {_alarms(outcomes)}.",
        *[f"  - {line}" for line in (*_by_condition(outcomes), *_called_leaking(outcomes))],
        f"- {len(swept)} lengths of the fixed protocol's rounds ({ROUNDS} of {SHORTEST_ROUND} operations and up)",
        f"  on `{SWEPT}`: {_verdicts(swept)}.",
    ]
    return "\n".join([*lines, ""])


def _alarms(outcomes: Sequence[Outcome]) -> str:
    alarms, runs = sum(each.verdict is Verdict.LEAKING for each in outcomes), len(outcomes)
    bound = upper_bound(alarms, runs)
    return f"Called leaking: {alarms}, that is {alarms / runs:.2%}; under {bound:.2%} at 95 % confidence"


def _by_condition(outcomes: Sequence[Outcome]) -> list[str]:
    groups = {name: [each for each in outcomes if each.setting.condition == name] for name in CONDITIONS}
    return [
        f"{len(group)} {CONDITIONS[name]}, {_seeds(group)}: {_verdicts(group)}."
        for name, group in groups.items()
        if group
    ]


def _called_leaking(outcomes: Sequence[Outcome]) -> list[str]:
    return [f"`{each.control}` ({each.setting}): leaking" for each in outcomes if each.verdict is Verdict.LEAKING]


def _seeds(outcomes: Sequence[Outcome]) -> str:
    seeds = len({each.setting for each in outcomes})
    return f"{seeds} {'seed' if seeds == 1 else 'seeds'}"


def _verdicts(outcomes: Sequence[Outcome]) -> str:
    count = Counter(each.verdict for each in outcomes)
    return ", ".join(f"{times} {verdict}" for verdict, times in count.most_common())


def main() -> None:
    parser = pages.parser(__doc__, KEEP)
    parser.add_argument("--seeds", type=whole, default=SEEDS, help=f"runs of every control (default: {SEEDS})")
    parser.add_argument("--lengths", type=int, default=LENGTHS, help=f"lengths of rounds (default: {LENGTHS})")
    arguments = parser.parse_args()
    chosen = [control for control in controls() if control.truth == CLEAN]
    folder = folder_for(ours.made_of(chosen), arguments.keep)
    settings = alternating(arguments.seeds)
    outcomes = [outcome for setting in settings for outcome in with_seed(chosen, folder, setting)]
    pages.write(report(outcomes, sweep(folder, arguments.lengths), arguments.command), arguments.output)


if __name__ == "__main__":
    main()
