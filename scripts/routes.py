"""Measure each route of small applications of known truth; write docs/routes.md. Takes arguments of the script.

``python scripts/routes.py PYTHON [-o FILE]`` measures every application of ``tests/applications`` in this
interpreter, which needs what they import, and writes a Markdown page. A file says which of its routes leak (``LEAKS``:
bytes a request, None where that cannot be stated; all others are clean) and what must be named of what holds it
(``HOLDER``); the lines that allocate what is never released, or put it where it stays, end with a comment ``# leaks``.
Options after ``--`` go to ``run``.
"""

from __future__ import annotations

import argparse
import ast
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import truths

from find_mem_leaks import commands, results
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.results import Cell

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "applications"
FILES = "[a-z]*.py"
OPTIONS = ("--quick",)
# By what share a size may differ from the true one.
NEAR = 0.1
PAGE = """# Routes: how often the verdict and the line are right

Made by `{command}` on {python}: {applications} small applications of known truth (`tests/applications`), each route
measured with `{options}`.

- the verdict is right for {right} of {all} routes ({leaking} leak, {clean} are clean): {alarms} of the clean ones are
  called leaking, {missed} of the leaking ones clean, {undecided} are undecided;
- of the routes that leak the first culprit is a true line in {lines} of {leaking}, and its holder the right one in
  {holders};
- of the {sized} whose size is known {near} are within {near_share:.0%} of it;
- a route takes {seconds:.1f} s in the median, {longest:.1f} s at most, its explanation included.

| application | route | truth | verdict | B/request | true line | first culprit | held by |
| --- | --- | --- | --- | --- | --- | --- | --- |
{rows}
"""


@dataclass(frozen=True)
class Known:
    """An application of known truth.

    Attributes:
        path: its file; its attribute is ``app``.
        leaks: bytes a request of the routes that leak, None where that cannot be stated.
        holder: what must be named of what holds it; None where nothing leaks.
    """

    path: Path
    leaks: Mapping[str, float | None]
    holder: str | None

    @property
    def lines(self) -> set[int]:
        """The numbers of the lines that leak."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return {number for number, line in enumerate(lines, start=1) if truths.MARK.search(line)}


@dataclass(frozen=True)
class Judged:
    """A route of it, and what was said of it."""

    known: Known
    cell: Cell

    @property
    def leaks(self) -> bool:
        return self.cell.scenario in self.known.leaks

    @property
    def is_right(self) -> bool:
        return self.cell.verdict is Verdict.LEAKING if self.leaks else self.cell.verdict in ACQUITTED

    @property
    def is_false_alarm(self) -> bool:
        return not self.leaks and self.cell.verdict is Verdict.LEAKING

    @property
    def is_missed(self) -> bool:
        return self.leaks and self.cell.verdict in ACQUITTED

    @property
    def has_right_line(self) -> bool:
        """Whether the first culprit is one of the lines that leak."""
        first = next(iter(self.cell.culprits), None)
        return first is not None and Path(first.frame.file) == self.known.path and first.frame.line in self.known.lines

    @property
    def has_right_holder(self) -> bool:
        holder = self.cell.culprits[0].holder if self.cell.culprits else None
        return self.known.holder is not None and holder is not None and self.known.holder in holder

    @property
    def size(self) -> float | None:
        """The true bytes a request, where they are known."""
        return self.known.leaks.get(self.cell.scenario)

    @property
    def has_right_size(self) -> bool:
        found, true = self.cell.bytes_per_operation, self.size
        return found is not None and true is not None and abs(found / true - 1) <= NEAR


def applications(folder: Path = FOLDER, pattern: str = FILES) -> list[Known]:
    """Return the applications of a folder; SystemExit if there are none, or one has no truth."""
    files = sorted(folder.resolve().glob(pattern))
    if not files:
        raise SystemExit(f"{folder} has no application {pattern}: name a folder with files that have LEAKS")
    return [_known(file) for file in files]


def _known(file: Path) -> Known:
    constants = {}
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if name in {"LEAKS", "HOLDER"}:
                constants[name] = ast.literal_eval(statement.value)
    if "LEAKS" not in constants:
        raise SystemExit(f"{file} has no truth: give it LEAKS, the routes that leak, each with its bytes a request")
    return Known(file, constants["LEAKS"], constants.get("HOLDER"))


def measure(python: str, known: Known, options: Sequence[str]) -> list[Judged]:
    """Return each route of an application; SystemExit if it could not be measured."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.json"
        target = [f"{known.path.stem}:app", "--app-dir", str(known.path.parent), "--python", python]
        code = commands.call(["run", *target, *options, "-q", "--no-table", "-o", str(path)])
        if not path.exists():
            raise SystemExit(f"{known.path.name} could not be measured (exit code {code})")
        return [Judged(known, cell) for cell in results.read(path)]


def row(judged: Judged) -> str:
    cell = judged.cell
    first = cell.culprits[0] if cell.culprits else None
    size = "–" if cell.bytes_per_operation is None else f"{cell.bytes_per_operation:,.0f}"
    true = f" ({judged.size:,.0f})" if judged.size else ""
    line = ("yes" if judged.has_right_line else "no") if judged.leaks else "–"
    columns = [
        judged.known.path.stem,
        f"`{cell.scenario}`",
        "leaks" if judged.leaks else "clean",
        f"{cell.verdict}{': WRONG' if judged.is_false_alarm or judged.is_missed else ''}",
        f"{size}{true}",
        line,
        f"{Path(first.frame.file).name}:{first.frame.line}" if first else "–",
        (first.holder if first else None) or "–",
    ]
    return f"| {' | '.join(columns)} |"


def page(judged: Sequence[Judged], command: str, options: Sequence[str]) -> str:
    leaking = [each for each in judged if each.leaks]
    sized = [each for each in leaking if each.size]
    seconds = [each.cell.waited_seconds for each in judged]
    return PAGE.format(
        command=command,
        python=f"CPython {judged[0].cell.python}",
        options=" ".join(["find-mem-leaks run NAME:app", *options]),
        applications=len({each.known.path for each in judged}),
        right=sum(each.is_right for each in judged),
        all=len(judged),
        leaking=len(leaking),
        clean=len(judged) - len(leaking),
        alarms=sum(each.is_false_alarm for each in judged),
        missed=sum(each.is_missed for each in judged),
        undecided=sum(not (each.is_right or each.is_false_alarm or each.is_missed) for each in judged),
        lines=sum(each.has_right_line for each in leaking),
        holders=sum(each.has_right_holder for each in leaking),
        sized=len(sized),
        near=sum(each.has_right_size for each in sized),
        near_share=NEAR,
        seconds=statistics.median(seconds),
        longest=max(seconds),
        rows="\n".join(map(row, judged)),
    )


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("python", help="interpreter with what the applications import")
    options.add_argument("options", nargs="*", default=list(OPTIONS), help="of run, after -- (default: --quick)")
    options.add_argument("-o", "--output", type=Path, help="write the page there too")
    options.add_argument("-c", "--controls", default=FILES, help="a pattern of files")
    options.add_argument("--applications", type=Path, default=FOLDER, help="folder of other applications")
    options.add_argument("--command", default="nox -s routes", help="to be named in the page")
    return options


def main() -> None:
    arguments = parser().parse_args()
    judged = []
    for known in applications(arguments.applications, arguments.controls):
        for each in measure(arguments.python, known, arguments.options):
            print(row(each), flush=True)
            judged.append(each)
    text = page(judged, arguments.command, arguments.options)
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
