"""Judge and explain the workloads after SQLAlchemy's memory tests; write docs/memory-tests.md.

``python scripts/memory_tests.py PYTHON [-o FILE]`` runs ``tests/memory_tests`` in this interpreter, which needs
SQLAlchemy, two cells at once, and writes a Markdown page. Exit code 1 if a verdict differs from its truth.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import truths
from truths import LEAKING, Control

from find_mem_leaks import errors, results
from find_mem_leaks.culprit import Culprit
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.results import Cell

FOLDER = truths.CONTROLS.parent / "memory_tests"
# Among so many culprits the true line must be.
FIRST = 2
PAGE = """# After SQLAlchemy's memory tests

What the tool says of the workloads of `tests/memory_tests`, whose truth is proved by a plain loop
(`scripts/plain_loop.py`): names that begin with `leak_` leak, the others do not.

Made by `{command}` on {python}, SQLAlchemy {sqlalchemy}, two cells at once: {seconds:.0f} s in all.

- {acquitted} of {clean} that do not leak are clean or bounded, {accused} called leaking;
- {convicted} of {leaks} that leak are called leaking; the true line is among the first two in {lines}, and what holds
  it is named by its right name in {holders}.

Seconds are those that a person waits, explanation included. A line is true if it is marked in the file; a holder, if
the path of one of the first two culprits has the name that the file says (`HOLDER`). What differs from the truth is
bold.

| workload | verdict | B/op | seconds | first line | true | holder of the first line |
| --- | --- | ---: | ---: | --- | --- | --- |
{rows}
"""


def measure(python: str, chosen: list[Control], *options: str) -> list[Cell]:
    """Return the cells of the workloads, in their order; ``options`` are of `run`."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "results.json"
        files = [str(control.path) for control in chosen]
        command = [sys.executable, "-m", "find_mem_leaks", "run", *files, *options, "--python", python, "-j", "2"]
        ended = subprocess.run([*command, "-v", "--no-table", "-o", str(output)], check=False)
        if ended.returncode not in (errors.CLEAN, errors.LEAK, errors.FAILED, errors.INCONCLUSIVE):
            raise SystemExit(f"the run ended with exit code {ended.returncode}")
        cells = {cell.stack: cell for cell in results.read(output)}
    return [cells[control.name] for control in chosen]


def is_right(control: Control, cell: Cell) -> bool:
    return cell.verdict is Verdict.LEAKING if control.truth == LEAKING else cell.verdict in ACQUITTED


def has_true_line(control: Control, culprits: tuple[Culprit, ...]) -> bool:
    lines = control.path.read_text(encoding="utf-8").splitlines()
    marked = {(str(control.path), number) for number, line in enumerate(lines, start=1) if truths.MARK.search(line)}
    return any((each.frame.file, each.frame.line) in marked for each in culprits)


def has_true_holder(control: Control, culprits: tuple[Culprit, ...]) -> bool:
    holder = truths.constants(control.path)["HOLDER"]
    return any(holder in (each.holder or "") for each in culprits)


def row(control: Control, cell: Cell) -> str:
    first = cell.culprits[:FIRST]
    verdict = cell.verdict.value if is_right(control, cell) else f"**{cell.verdict.value}**"
    size = "–" if cell.bytes_per_operation is None else f"{cell.bytes_per_operation:,.3g}"
    culprit = ["–", "–", "–"]
    if control.truth == LEAKING:
        place = f"{Path(first[0].frame.file).name}:{first[0].frame.line}" if first else "none"
        holder = (first[0].holder or "none") if first else "none"
        right = has_true_holder(control, first)
        culprit = [place, "yes" if has_true_line(control, first) else "**no**", holder if right else f"**{holder}**"]
    return f"| {' | '.join([control.name, verdict, size, f'{cell.waited_seconds:.0f}', *culprit])} |"


def page(chosen: list[Control], cells: list[Cell], seconds: float, command: str) -> str:
    pairs = list(zip(chosen, cells, strict=True))
    leaking = [(control, cell) for control, cell in pairs if control.truth == LEAKING]
    others = [cell for control, cell in pairs if control.truth != LEAKING]
    return PAGE.format(
        command=command,
        python=f"CPython {platform.python_version()}",
        sqlalchemy=cells[0].packages.get("sqlalchemy", "?"),
        seconds=seconds,
        clean=len(others),
        acquitted=sum(cell.verdict in ACQUITTED for cell in others),
        accused=sum(cell.verdict is Verdict.LEAKING for cell in others),
        leaks=len(leaking),
        convicted=sum(cell.verdict is Verdict.LEAKING for _, cell in leaking),
        lines=sum(has_true_line(control, cell.culprits[:FIRST]) for control, cell in leaking),
        holders=sum(has_true_holder(control, cell.culprits[:FIRST]) for control, cell in leaking),
        rows="\n".join(row(control, cell) for control, cell in pairs),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", help="an interpreter with SQLAlchemy")
    parser.add_argument("-o", "--output", type=Path, help="write the page there instead of printing it")
    parser.add_argument("--only", default=truths.WORKLOADS, metavar="PATTERN", help="the files to run")
    parser.add_argument("--command", default="nox -s memory_tests", help="to be named in the page")
    arguments = parser.parse_args()
    chosen = truths.controls(FOLDER, arguments.only)
    started = time.monotonic()
    cells = measure(arguments.python, chosen)
    text = page(chosen, cells, time.monotonic() - started, arguments.command)
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0 if all(map(is_right, chosen, cells)) else 1


if __name__ == "__main__":
    sys.exit(main())
