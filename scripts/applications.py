"""Run the tool on applications that others wrote, by pinned releases; write a table of docs/in-the-wild.md.

``python scripts/applications.py [NAME…] [-o PAGE]`` measures those of ``applications.toml``, each by one call of
``run``. The results of each are kept in ``leaks/applications``. The page is one that stands, in which the table takes
the place of the one before.
"""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pages

import wild
from find_mem_leaks.judging.verdict import Verdict
from wild import HERE

KEPT = Path("leaks/applications")
MIXED = "mixed"
# Verdicts of routes whose requests were answered all along.
MEASURED = (Verdict.CLEAN, Verdict.BOUNDED, Verdict.LEAKING, Verdict.INCONCLUSIVE)
MARKS = "<!-- applications: begin -->", "<!-- applications: end -->"
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
    def results(self) -> Path:
        return KEPT / f"{self.name}.json"

    @property
    def times(self) -> Path:
        return KEPT / f"{self.name}.times"

    @property
    def words(self) -> list[str]:
        """The arguments of ``run`` that name it."""
        given = [("--with", package) for package in self.packages]
        given += [("--request", request) for request in self.requests]
        of_site = ["--app-dir", os.path.relpath(HERE / "sites")] if "_site:" in self.target else []
        return [self.target, *of_site, *(word for pair in given for word in pair), *self.arguments]


Outcome = wild.Outcome[Application]


def read() -> dict[str, Application]:
    return {name: Application(name, **entry) for name, entry in wild.listed("applications").items()}


def measure(application: Application, more: Sequence[str]) -> Outcome:
    """Run the tool on an application; files that its processes make are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="applications-") as folder:
        outcome = wild.measure(application, [*application.words, *more, "--env", f"TMPDIR={folder}"])
    outcome.keep()
    return outcome


def row(outcome: Outcome) -> str:
    """Return the line of an application in the table."""
    routes = [cell for cell in outcome.cells if cell.scenario != MIXED]
    answered = [cell for cell in routes if cell.verdict in MEASURED]
    fields = [
        outcome.subject.packages[0].replace("==", " "),
        len(routes),
        f"{len(answered)} ({100 * len(answered) / len(routes):.0f} %)" if routes else "–",
        wild.counts(routes),
        ", ".join(f"`{cell.scenario}`" for cell in wild.leaking(routes)) or "–",
        f"{outcome.seconds:.0f}",
        f"{median(cell.waited_seconds for cell in answered) if answered else 0:.1f}",
        f"{outcome.load:.0f}",
    ]
    return pages.row(fields)


def table(outcomes: Sequence[Outcome], command: str) -> str:
    lines = "\n".join(map(row, outcomes))
    return f"{wild.made(command)}\n\n{HEAD}{lines}\n"


def main() -> None:
    listed = read()
    parser = wild.parser(__doc__, listed)
    parser.add_argument("--kept", action="store_true", help="measure nothing: the table of what is kept")
    parser.add_argument("--print", action="store_true", help="print the calls of `run`, and measure nothing")
    arguments = parser.parse_args()
    chosen = [listed[name] for name in arguments.names or listed]
    if arguments.print:
        print("\n".join(shlex.join(["find-mem-leaks", "run", *each.words]) for each in chosen))
        return
    more = shlex.split(arguments.run)
    outcomes = [wild.kept(each) if arguments.kept else measure(each, more) for each in chosen]
    text = table([outcome for outcome in outcomes if outcome], arguments.command)
    pages.write(text, arguments.output, MARKS)


if __name__ == "__main__":
    main()
