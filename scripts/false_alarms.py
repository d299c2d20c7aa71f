"""How often clean code is called leaking: many independent runs of the clean controls, and a sweep of round lengths.

``python scripts/false_alarms.py [-o FILE] [--seeds N] [--lengths N]`` runs every clean control of ``tests/controls``
with N seeds (13), each in a fresh process, and states the share called leaking with its upper 95 % bound (Clopper and
Pearson). The sweep runs the control that drops what it has gathered every 200 operations under the fixed protocol, at N
round lengths in a row (200): with rounds of one length, what is periodic could grow in every round by its phase alone.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from accuracy import CONTROLS, controls

SWEPT = CONTROLS / "steady_garbage_cleared_every_200.py"
SHORTEST_ROUND = 1_000
ROUNDS = 30
# A bound to twelve digits, by bisection.
HALVINGS = 40


def verdicts(*arguments: str) -> list[tuple[str, str]]:
    """What one call of ``find-mem-leaks run`` says of each of its workloads."""
    command = [sys.executable, "-m", "find_mem_leaks", "run", *arguments, "--json", "-q", "-j", "1", "--no-explain"]
    out = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return [(cell["stack"], cell["verdict"]) for cell in json.loads(out)["cells"]]


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


def with_seed(files: list[str], seed: int) -> list[tuple[str, str]]:
    return verdicts(*files, "--seed", str(seed))


def at_length(operations: int) -> list[tuple[str, str]]:
    return verdicts(str(SWEPT), "--rounds", str(ROUNDS), "--operations", str(operations))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--seeds", type=int, default=13)
    parser.add_argument("--lengths", type=int, default=200)
    arguments = parser.parse_args()
    files = [str(control.path) for control in controls("[a-z]*.py") if control.truth == "clean"]
    with ThreadPoolExecutor(2) as pool:
        runs = [run for found in pool.map(partial(with_seed, files), range(1, arguments.seeds + 1)) for run in found]
        lengths = range(SHORTEST_ROUND, SHORTEST_ROUND + arguments.lengths)
        swept = [run for found in pool.map(at_length, lengths) for run in found]
    text = report(files, runs, swept)
    print(text)
    if arguments.output:
        arguments.output.write_text(text + "\n", encoding="utf-8")


def report(files: list[str], runs: list[tuple[str, str]], swept: list[tuple[str, str]]) -> str:
    count = Counter(verdict for _, verdict in runs)
    false = Counter(stack for stack, verdict in runs if verdict == "leaking")
    sweep = Counter(verdict for _, verdict in swept)
    alarms, bound = count["leaking"], upper_bound(count["leaking"], len(runs))
    lines = [
        "# False alarms",
        "",
        "Made by `nox -s false_alarms`.",
        "",
        f"- {len(runs)} runs of {len(files)} clean controls, a seed each: {_words(count)}.",
        f"  Called leaking: {alarms}, that is {alarms / len(runs):.2%}; under {bound:.2%} at 95 % confidence.",
        *[f"  - {stack}: {times}" for stack, times in false.items()],
        f"- {len(swept)} lengths of the fixed protocol's rounds ({ROUNDS} of {SHORTEST_ROUND} operations and up)",
        f"  on `{SWEPT.stem}`: {_words(sweep)}.",
    ]
    return "\n".join(lines)


def _words(count: Counter[str]) -> str:
    return ", ".join(f"{times} {verdict}" for verdict, times in count.most_common())


if __name__ == "__main__":
    main()
