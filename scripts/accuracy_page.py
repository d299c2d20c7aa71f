"""Tables and lists of what detectors answered about workloads of known truth, as Markdown."""

from __future__ import annotations

import os
import platform
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from answers import UNDECIDED, Answer, Run
from load import BUSY, IDLE, PROCESSES
from truths import CLEAN, LEAKING

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
CONDITIONS = {IDLE: "on an otherwise idle machine", BUSY: f"beside {PROCESSES[BUSY]} busy processes"}
HEADER = [
    "| detector | leaks found | false alarms | undecided | smallest leak found | median s | worst s |",
    "| --- | --- | --- | --- | --- | --- | --- |",
]
PEERS = """;
the peers once, on an otherwise idle machine, as their documentation recommends (`scripts/peers` says how)"""
PAGE = """# Accuracy

{count} small workloads of known truth (`tests/controls`): {leaks} that leak, {clean} that
only look as if they did. Each file says why its truth is what it is. Each detector judged each of them in a
fresh process, two at a time: find-mem-leaks with {settings}{peers}.

CPython {python}, {system}, {cores} cores. Made by `{command}`.

{table}

Seconds are those of the process that ran the workload. A bounded workload counts as clean, an inconclusive or failed
one as undecided. A peer's undecided is an error of its own or a time-out. The controls were written for this project,
knowing what it can see; peers that look only at Python objects cannot find native memory, pages, threads or file
descriptors, and don't claim to.

{mistakes}

## Every control

{controls}

✅ right, ❌ wrong, ❓ undecided.
"""


def spread(counts: Iterable[int], total: int | None = None) -> str:
    """Return how often a number occurred in runs: `51 of 51 in 9 of 10 runs, 50 in 1`; for one run, the number."""
    times = Counter(counts)
    of_total = "" if total is None else f" of {total}"
    first, *others = sorted(times, key=lambda number: (-times[number], number))
    if times.total() == 1:
        return f"{first}{of_total}"
    words = [f"{first}{of_total} in {times[first]} of {times.total()} runs"]
    return ", ".join([*words, *(f"{number} in {times[number]}" for number in others)])


def row(name: str, runs: Sequence[Run]) -> str:
    """Return a line of the table; the smallest leak is the smallest that every run found."""
    truths = Counter(answer.control.truth for answer in runs[0].answers)
    rates = [answers[0].control.rate for answers in by_control(runs) if _finds(answers) and answers[0].control.rate]
    seconds = [answer.seconds for run in runs for answer in run.answers]
    figures = [
        spread([_count(run, LEAKING, LEAKING) for run in runs], truths[LEAKING]),
        spread([_count(run, CLEAN, LEAKING) for run in runs], truths[CLEAN]),
        spread([_count(run, LEAKING, UNDECIDED) + _count(run, CLEAN, UNDECIDED) for run in runs]),
        f"{min(rates):.3g} B/op" if rates else "none",
        f"{statistics.median(seconds):.1f}",
        f"{max(seconds):.0f}",
    ]
    return f"| {name} | {' | '.join(figures)} |"


def by_control(runs: Sequence[Run]) -> list[tuple[Answer, ...]]:
    """Return every control's answers in all runs."""
    return list(zip(*(run.answers for run in runs), strict=True))


def _count(run: Run, truth: str, verdict: str) -> int:
    return sum(answer.control.truth == truth and answer.verdict == verdict for answer in run.answers)


def _finds(answers: Iterable[Answer]) -> bool:
    return all(answer.control.truth == LEAKING and answer.is_right for answer in answers)


def our_rows(runs: Sequence[Run]) -> list[str]:
    """Return a line for all runs, then one for each condition if there was more than one."""
    groups = {condition: [run for run in runs if run.setting.condition == condition] for condition in CONDITIONS}
    apart = [row(f"– {CONDITIONS[condition]}", group) for condition, group in groups.items() if group]
    return [row(f"**{OURS}**", runs), *(apart if len(apart) > 1 else [])]


def mistakes(runs: Sequence[Run]) -> str:
    """Return every control that was wrong or undecided in any run, by kind of mistake, with reasons."""
    kinds = {
        "Leaks missed": (LEAKING, CLEAN),
        "False alarms": (CLEAN, LEAKING),
        "Undecided leaks": (LEAKING, UNDECIDED),
        "Undecided clean workloads": (CLEAN, UNDECIDED),
    }
    parts = [f"## Wrong or undecided in any run of {OURS}"]
    for title, (truth, verdict) in kinds.items():
        lines = list(_of_kind(runs, truth, verdict))
        parts.append("\n".join([f"{title}: {len(lines) or 'none'}.", *lines]))
    return "\n\n".join(parts)


def _of_kind(runs: Sequence[Run], truth: str, verdict: str) -> Iterable[str]:
    for answers in by_control(runs):
        pairs = zip(runs, answers, strict=True)
        settings = [str(run.setting) for run, answer in pairs if answer.verdict == verdict]
        if answers[0].control.truth == truth and settings:
            reason = next(answer.detail for answer in answers if answer.verdict == verdict)
            where = "; ".join(settings)
            yield f"- `{answers[0].control.name}`: {len(settings)} of {len(runs)} runs ({where}). {reason}"


def sign(answers: Sequence[Answer]) -> str:
    """Return a cell of the table of controls: ✅ if all runs were right, else in how many runs they were not."""
    wrong = sum(not answer.is_right and answer.verdict != UNDECIDED for answer in answers)
    undecided = sum(answer.verdict == UNDECIDED for answer in answers)
    signs = [f"{mark} {number}" for mark, number in (("❌", wrong), ("❓", undecided)) if number]
    if not signs:
        return "✅"
    return signs[0][0] if len(answers) == 1 else f"{', '.join(signs)} of {len(answers)}"


def _controls(results: dict[str, list[Run]]) -> list[str]:
    """Return the table of all controls."""
    lines = [f"| control | truth | B/op | {' | '.join(results)} |", f"| {' | '.join(['---'] * (3 + len(results)))} |"]
    detectors = [by_control(runs) for runs in results.values()]
    for answers in zip(*detectors, strict=True):
        control = answers[0][0].control
        rate = "" if control.rate is None else f"{control.rate:g}"
        lines.append(f"| {control.name} | {control.truth} | {rate} | {' | '.join(map(sign, answers))} |")
    return lines


def settings(runs: Sequence[Run]) -> str:
    """Return in words how many seeds there were, and beside what: `3 seeds, 2 on an otherwise idle machine, 1 …`."""
    times = Counter(run.setting.condition for run in runs)
    parts = [f"{times[condition]} {words}" for condition, words in CONDITIONS.items() if times[condition]]
    return f"{len(runs)} {'seed' if len(runs) == 1 else 'seeds'}, {', '.join(parts)}"


def table(results: dict[str, list[Run]]) -> str:
    """Return the table of detectors, ours first."""
    peers = [row(NAMES[name], runs) for name, runs in results.items() if name != OURS]
    return "\n".join([*HEADER, *our_rows(results[OURS]), *peers])


def page(results: dict[str, list[Run]], command: str) -> str:
    """Return the page: the table of detectors, our mistakes, every control."""
    ours = results[OURS]
    truths = Counter(answer.control.truth for answer in ours[0].answers)
    return PAGE.format(
        count=truths.total(),
        leaks=truths[LEAKING],
        clean=truths[CLEAN],
        settings=settings(ours),
        peers=PEERS if len(results) > 1 else "",
        python=platform.python_version(),
        system=platform.system(),
        cores=os.cpu_count(),
        command=command,
        table=table(results),
        mistakes=mistakes(ours),
        controls="\n".join(_controls(results)),
    )
