"""Run the tool on applications that others wrote, by pinned releases; write a table of docs/in-the-wild.md.

``python scripts/applications.py [NAME…] [-o PAGE]`` writes a table of them. The results of each are kept in
``leaks/applications``. The page is one that stands, in which the table takes the place of the one before.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from find_mem_leaks import errors, results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.results import Cell

HERE = Path(__file__).parent
KEPT = Path("leaks/applications")
TOOL = [sys.executable, "-m", "find_mem_leaks"]
MIXED = "mixed"
ENDS = (errors.CLEAN, errors.LEAK, errors.FAILED, errors.INCONCLUSIVE)
# Verdicts of routes whose requests were answered all along.
MEASURED = (Verdict.CLEAN, Verdict.BOUNDED, Verdict.LEAKING, Verdict.INCONCLUSIVE)
BEGIN, END = "<!-- applications: begin -->", "<!-- applications: end -->"
HEAD = """| application | routes | answered | verdicts | leaking | seconds | a route, median | load |
| --- | ---: | ---: | --- | --- | ---: | ---: | ---: |
"""


@dataclass(frozen=True)
class Application:
    """An application of ``applications.toml``, whose comment says what its fields are."""

    name: str
    target: str
    packages: Sequence[str]
    requests: Sequence[str] = ()
    arguments: Sequence[str] = ()

    @property
    def words(self) -> list[str]:
        """The arguments of ``run`` that name it."""
        given = [("--with", package) for package in self.packages]
        given += [("--request", request) for request in self.requests]
        of_site = ["--app-dir", os.path.relpath(HERE / "sites")] if "_site:" in self.target else []
        return [self.target, *of_site, *(word for pair in given for word in pair), *self.arguments]


@dataclass(frozen=True)
class Outcome:
    """What came of an application.

    Attributes:
        application, cells: what was measured, and what came of it.
        seconds: of the whole call, its environment included.
        load: the load average at its end, on which seconds depend.
    """

    application: Application
    cells: Sequence[Cell]
    seconds: float
    load: float

    @property
    def routes(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.scenario != MIXED]


def read() -> dict[str, Application]:
    document: Mapping[str, Any] = tomllib.loads((HERE / "applications.toml").read_text(encoding="utf-8"))
    return {name: Application(name, **entry) for name, entry in document.items()}


def measure(application: Application, more: Sequence[str]) -> Outcome:
    """Run the tool on an application; files that its processes make are gone afterwards."""
    KEPT.mkdir(parents=True, exist_ok=True)
    output = KEPT / f"{application.name}.json"
    with tempfile.TemporaryDirectory(prefix="applications-") as folder:
        command = [*TOOL, "run", *application.words, *more, "--env", f"TMPDIR={folder}", "-f", "-o", str(output)]
        started = time.monotonic()
        ended = subprocess.run([*command, "-v", "--no-table"], check=False)
        seconds = time.monotonic() - started
    if ended.returncode not in ENDS or not output.exists():
        raise SystemExit(f"{application.name}: the run ended with exit code {ended.returncode}")
    times = {"seconds": seconds, "load": os.getloadavg()[1]}
    (KEPT / f"{application.name}.times").write_text(json.dumps(times), encoding="utf-8")
    return Outcome(application, results.read(output), **times)


def kept(application: Application) -> Outcome | None:
    """The outcome that was measured before, if it was."""
    output = KEPT / f"{application.name}.json"
    if not output.exists():
        return None
    times = json.loads((KEPT / f"{application.name}.times").read_text(encoding="utf-8"))
    return Outcome(application, results.read(output), **times)


def row(outcome: Outcome) -> str:
    """The line of an application in the table."""
    routes = outcome.routes
    answered = [cell for cell in routes if cell.verdict in MEASURED]
    counts = Counter(cell.verdict.value for cell in routes)
    verdicts = ", ".join(f"{counts[verdict.value]} {verdict.value}" for verdict in Verdict if counts[verdict.value])
    leaking = [f"`{cell.scenario}`" for cell in routes if cell.verdict is Verdict.LEAKING]
    waited = median(cell.waited_seconds for cell in answered) if answered else 0
    share = f"{len(answered)} ({100 * len(answered) / len(routes):.0f} %)" if routes else "–"
    package = outcome.application.packages[0].replace("==", " ")
    fields = [
        package,
        len(routes),
        share,
        verdicts,
        ", ".join(leaking) or "–",
        f"{outcome.seconds:.0f}",
        f"{waited:.1f}",
        f"{outcome.load:.0f}",
    ]
    return f"| {' | '.join(map(str, fields))} |\n"


def table(outcomes: Sequence[Outcome], command: str) -> str:
    made = (
        f"Made by `{command}` on {os.cpu_count()} cores, as many cells at once. *Load*: the load average of five "
        "minutes at the end of each call; where that is more than the cores, the machine was busy with other things."
    )
    return f"{made}\n\n{HEAD}{''.join(map(row, outcomes))}"


def table_between(page: str, text: str, begin: str, end: str) -> str:
    """The page with another table between its marks."""
    before, rest = page.split(begin)
    return f"{before}{begin}\n\n{text}\n{end}{rest.split(end)[1]}"


def with_table(page: str, text: str) -> str:
    return table_between(page, text, BEGIN, END)


def main() -> int:
    known = read()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(known)} (default: all)")
    parser.add_argument("-o", "--output", type=Path, help="the page to write the table into")
    parser.add_argument("--command", default="nox -s applications", help="to be named in the page")
    parser.add_argument("--kept", action="store_true", help="measure nothing: the table of what is kept")
    parser.add_argument("--print", action="store_true", help="print the calls of `run`, and measure nothing")
    parser.add_argument("--run", default="", metavar="ARGUMENTS", help="more arguments of `run`, such as --run=--quick")
    arguments = parser.parse_args()
    chosen = [known[name] for name in arguments.names or known]
    if arguments.print:
        print("\n".join(shlex.join(["find-mem-leaks", "run", *each.words]) for each in chosen))
        return 0
    more = shlex.split(arguments.run)
    outcomes = [kept(each) if arguments.kept else measure(each, more) for each in chosen]
    text = table([outcome for outcome in outcomes if outcome], arguments.command)
    if arguments.output:
        page = arguments.output.read_text(encoding="utf-8")
        arguments.output.write_text(with_table(page, text), encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
