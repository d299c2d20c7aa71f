"""Ours and the peers over all controls: who finds what, who cries wolf, how long it takes.

``python scripts/accuracy.py OURS PEERS [-o FILE]``: OURS is an interpreter with find-mem-leaks, PEERS one with the
peers. Every detector judges every control in a fresh process, two at a time, and the tables go to FILE as Markdown.
A control is a file of ``tests/controls`` with ``TRUTH`` (``leaking`` or ``clean``) and ``RATE`` (bytes an operation).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
CONTROLS = HERE.parent / "tests" / "controls"
LONGEST_SECONDS = 240
OURS = "find-mem-leaks"
NAMES = {
    "psleak": "psleak, memory checkers",
    "pytest_memray_limit_leaks": 'pytest-memray `limit_leaks("1 KB")`',
    "memray_leaked": "memray, leaked records of 1 KiB or more",
    "tracemalloc_every_round": "tracemalloc, grows in every round",
    "rss_before_after": "RSS before and after",
    "rss_every_round": "RSS, grows in every round",
    "objgraph_growth": "objgraph, a type grows in every round",
    "scalene_leaks": "Scalene",
}


@dataclass(frozen=True)
class Control:
    """One workload of known truth; rate: bytes per operation, None where it cannot be stated."""

    path: Path
    truth: str
    rate: float | None


@dataclass(frozen=True)
class Answer:
    """What a detector said of a control: leaking, clean or undecided; seconds: of the whole process."""

    control: Control
    verdict: str
    seconds: float
    detail: str

    @property
    def is_right(self) -> bool:
        return self.verdict == self.control.truth


def controls(pattern: str) -> list[Control]:
    found = []
    for path in sorted(CONTROLS.glob(pattern)):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.append(Control(path, module.TRUTH, module.RATE))
    return found


def ask_us(python: str, control: Control) -> Answer:
    """Our verdict, as anyone would get it; bounded counts as clean, inconclusive as undecided."""
    command = [python, "-m", "find_mem_leaks", "run", str(control.path), "--json", "-q", "-j", "1", "--no-explain"]
    out, seconds = _run(command)
    try:
        cell = json.loads(out)["cells"][0]
    except (ValueError, LookupError):
        return Answer(control, "undecided", seconds, "no answer")
    verdict = {"bounded": "clean", "inconclusive": "undecided", "failed": "undecided"}.get(
        cell["verdict"], cell["verdict"]
    )
    return Answer(control, verdict, seconds, f"{cell['verdict']}: {cell['reason']}")


def ask_peer(python: str, peer: str, control: Control) -> Answer:
    out, seconds = _run([python, str(HERE / "peers" / f"{peer}.py"), str(control.path)])
    try:
        reply = json.loads(out.strip().splitlines()[-1])
        return Answer(control, reply["verdict"], seconds, reply["detail"])
    except (ValueError, LookupError):
        return Answer(control, "undecided", seconds, "no answer")


def _run(command: Sequence[str]) -> tuple[str, float]:
    started = time.monotonic()
    try:
        out = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False).stdout
    except subprocess.TimeoutExpired:
        out = ""
    return out, time.monotonic() - started


def row(name: str, answers: Sequence[Answer]) -> str:
    """A detector's line of the table."""
    leaks = [answer for answer in answers if answer.control.truth == "leaking"]
    clean = [answer for answer in answers if answer.control.truth == "clean"]
    found = [answer for answer in leaks if answer.is_right]
    false = sum(answer.verdict == "leaking" for answer in clean)
    undecided = sum(answer.verdict == "undecided" for answer in answers)
    rates = [answer.control.rate for answer in found if answer.control.rate]
    seconds = [answer.seconds for answer in answers]
    figures = [
        f"{len(found)} of {len(leaks)}",
        f"{false} of {len(clean)}",
        str(undecided),
        f"{min(rates):.3g} B/op" if rates else "none",
        f"{statistics.median(seconds):.1f}",
        f"{max(seconds):.0f}",
    ]
    return f"| {name} | {' | '.join(figures)} |"


def report(results: dict[str, list[Answer]], command: str) -> str:
    """The page: a table of detectors, then every wrong answer of ours, then every control."""
    first = next(iter(results.values()))
    leaks = sum(answer.control.truth == "leaking" for answer in first)
    lines = [
        "# Accuracy",
        "",
        f"{len(first)} small workloads of known truth (`tests/controls`): {leaks} that leak, {len(first) - leaks} that",
        "only look as if they did. Each file says why its truth is what it is. Each detector judged each of them in a",
        "fresh process; the peers run as their documentation recommends (`scripts/peers` says how).",
        "",
        f"CPython {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores. Made by `{command}`.",
        "",
        "| detector | leaks found | false alarms | undecided | smallest leak found | median s | worst s |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *[row(NAMES.get(name, f"**{name}**"), answers) for name, answers in results.items()],
        "",
        "A peer's undecided is an error of its own or a time-out. The controls were written for this project, knowing",
        "what it can see; peers that look only at Python objects cannot find native memory, pages, threads or file",
        "descriptors, and don't claim to.",
        "",
        "## Every control",
        "",
        f"| control | truth | B/op | {' | '.join(results)} |",
        f"| --- | --- | --- | {' | '.join(['---'] * len(results))} |",
    ]
    for place, answer in enumerate(first):
        rate = "" if answer.control.rate is None else f"{answer.control.rate:g}"
        said = [_sign(answers[place]) for answers in results.values()]
        lines.append(f"| {answer.control.path.stem} | {answer.control.truth} | {rate} | {' | '.join(said)} |")
    return "\n".join([*lines, "", "✅ right, ❌ wrong, ❓ undecided.", ""])


def _sign(answer: Answer) -> str:
    if answer.verdict == "undecided":
        return "❓"
    return "✅" if answer.is_right else "❌"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours")
    parser.add_argument("peers", nargs="?")
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("-c", "--controls", default="[a-z]*.py", help="a pattern of files")
    parser.add_argument("--command", default="nox -s accuracy", help="to be named in the report")
    arguments = parser.parse_args()
    chosen = controls(arguments.controls)
    detectors = {OURS: partial(ask_us, arguments.ours)}
    if arguments.peers:
        detectors |= {peer: partial(ask_peer, arguments.peers, peer) for peer in NAMES}
    results = {}
    for name, ask in detectors.items():
        with ThreadPoolExecutor(2) as pool:
            results[name] = list(pool.map(ask, chosen))
        for answer in results[name]:
            if name == OURS and not answer.is_right:
                print(
                    f"{answer.control.path.stem}: {answer.verdict}, {answer.detail} ({answer.seconds:.0f} s)",
                    flush=True,
                )
        print(row(name, results[name]), flush=True)
        if arguments.output:
            arguments.output.write_text(report(results, arguments.command), encoding="utf-8")


if __name__ == "__main__":
    main()
