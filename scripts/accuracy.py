"""Judge all controls by this tool, with 10 seeds, and by its peers; write docs/accuracy.md.

``python scripts/accuracy.py OURS PEERS [-o FILE]``: OURS is an interpreter with find-mem-leaks, PEERS one with the
peers. Every detector judges every control of ``tests/controls`` in a fresh process, two at a time: this tool with N
seeds, the first half on an idle machine, the second half beside two busy processes; each peer once. The tables go to
FILE as Markdown.

Results are written to the folder ``--keep`` as they come. The same command goes on from there if it was interrupted,
unless this tool or a workload has changed since; without the folder it measures everything again.

``--workloads DIR`` judges other workloads, files with ``TRUTH`` (``leaking`` or ``clean``) and ``RATE`` (bytes per
operation), by this tool only, and tells of every miss, false alarm and undecided one. OURS needs what they import.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import accuracy_page
import answers
import ours
import pages
from accuracy_page import NAMES, OURS
from answers import UNDECIDED, Answer, Run, Setting, folder_for, halves
from truths import CONTROLS, WORKLOADS, Control, controls

from find_mem_leaks.commands.values import whole

PEERS = Path(__file__).resolve().parent / "peers"
LONGEST_SECONDS = 240
NO_ANSWER = "no answer"
KEEP = Path("leaks") / "accuracy"
SEEDS = 10


def our_runs(python: str, chosen: Sequence[Control], seeds: int, keep: Path) -> list[Run]:
    """Return our answers with all seeds, and print a line for each."""
    folder = folder_for(ours.made_of(chosen), keep)
    runs = []
    for setting in halves(seeds):
        runs.append(ours.run(python, chosen, setting, folder))
        print(accuracy_page.row(f"{OURS}, {setting}", runs[-1:]), flush=True)
    return runs


def peer_runs(python: str, chosen: Sequence[Control], keep: Path) -> dict[str, list[Run]]:
    """Return every peer's answers, one run each, and print a line for each."""
    folder = folder_for([*PEERS.glob("*.py"), *(control.path for control in chosen)], keep)
    runs = {}
    for peer in NAMES:
        runs[peer] = [Run(Setting(), all_answers(partial(ask_peer, python, peer), chosen, folder / peer))]
        print(accuracy_page.row(NAMES[peer], runs[peer]), flush=True)
    return runs


def all_answers(ask: Callable[[Control], Answer], chosen: Sequence[Control], folder: Path) -> tuple[Answer, ...]:
    """Return an answer about each control: one that the folder has, or a new one, which is kept there at once.

    Errors and time-outs are not kept: they may be those of an environment that lacks the peer.
    """
    folder.mkdir(exist_ok=True)

    def kept_or_new(control: Control) -> Answer:
        file = folder / f"{control.name}.json"
        if file.exists():
            return answers.read(file, control)
        answer = ask(control)
        if answer.detail != NO_ANSWER:
            answers.write(file, answer)
        return answer

    with ThreadPoolExecutor(ours.AT_ONCE) as pool:
        return tuple(pool.map(kept_or_new, chosen))


def ask_peer(python: str, peer: str, control: Control) -> Answer:
    started = time.monotonic()
    command = [python, str(PEERS / f"{peer}.py"), str(control.path)]
    try:
        out = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False).stdout
    except subprocess.TimeoutExpired:
        out = ""
    seconds = time.monotonic() - started
    try:
        reply = json.loads(out.strip().splitlines()[-1])
        return Answer(control, reply["verdict"], seconds, reply["detail"])
    except (ValueError, LookupError):
        return Answer(control, UNDECIDED, seconds, NO_ANSWER)


def report(arguments: argparse.Namespace) -> str:
    """Measure, and return the page of the controls, or the mistakes in other workloads."""
    chosen = controls(arguments.workloads or CONTROLS, arguments.controls)
    results = {OURS: our_runs(arguments.ours, chosen, arguments.seeds, arguments.keep)}
    if arguments.workloads:
        return f"{accuracy_page.table(results)}\n\n{accuracy_page.mistakes(results[OURS])}\n"
    if arguments.peers and not arguments.only_ours:
        results |= peer_runs(arguments.peers, chosen, arguments.keep)
    return accuracy_page.page(results, arguments.command)


def parser() -> argparse.ArgumentParser:
    options = pages.parser(__doc__, KEEP)
    options.add_argument("ours", help="interpreter with find-mem-leaks")
    options.add_argument("peers", nargs="?", help="interpreter with the peers")
    options.add_argument("-c", "--controls", default=WORKLOADS, help="a pattern of files")
    options.add_argument("--seeds", type=whole, default=SEEDS, help=f"runs of this tool (default: {SEEDS})")
    options.add_argument("--only-ours", action="store_true", help="leave the peers out")
    options.add_argument("--workloads", type=Path, help="folder of other workloads, for this tool only")
    return options


def main() -> None:
    arguments = parser().parse_args()
    pages.write(report(arguments), arguments.output)


if __name__ == "__main__":
    main()
