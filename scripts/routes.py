"""Measure each route of small applications of known truth; write docs/routes.md. Takes arguments of the script.

``python scripts/routes.py PYTHON [-o FILE]`` measures every application of ``tests/applications`` in this
interpreter, which needs what they import, and writes a Markdown page. A file says which of its routes leak (``LEAKS``:
bytes a request, None where that cannot be stated; all others are clean) and what must be named of what holds it
(``HOLDER``); the lines that allocate what is never released, or put it where it stays, end with a comment ``# leaks``.
Options after ``--`` go to ``run``.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import judged
import pages
import tool
import truths
from judged import Judged

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "applications"
OPTIONS = ("--quick",)
# By what share a size may differ from the true one.
NEAR = 0.1
PAGE = """# Routes: how often the verdict and the line are right

Made by `{command}` on {python}: {applications} small applications of known truth (`tests/applications`), each route
measured with `{options}`.

- the verdict is right for {right} of {all} routes ({leaking} leak, {clean} are clean): {accused} of the clean ones are
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
class Route(Judged):
    """A route of an application; ``size``: the true bytes a request, where they are known."""

    size: float | None = None

    @property
    def has_true_size(self) -> bool:
        growth = self.cell.bytes_per_operation
        return growth is not None and self.size is not None and abs(growth / self.size - 1) <= NEAR


def applications(folder: Path = FOLDER, pattern: str = truths.WORKLOADS) -> list[Path]:
    """Return the applications of a folder; SystemExit if there are none, or one has no truth."""
    files = truths.workloads(folder, pattern, "application")
    for file in files:
        if "LEAKS" not in truths.constants(file):
            raise SystemExit(f"{file} has no truth: give it LEAKS, the routes that leak, each with its bytes a request")
    return files


def measure(python: str, file: Path, options: Sequence[str]) -> list[Route]:
    """Return each route of an application; SystemExit if it could not be measured."""
    leaks = truths.constants(file)["LEAKS"]
    target = [f"{file.stem}:app", "--app-dir", str(file.parent), "--python", python]
    cells = tool.run(*target, *options, "-q")
    return [Route(cell, file, cell.scenario in leaks, size=leaks.get(cell.scenario)) for cell in cells]


def row(route: Route) -> str:
    cell = route.cell
    size = "–" if cell.bytes_per_operation is None else f"{cell.bytes_per_operation:z,.0f}"
    true = f" ({route.size:,.0f})" if route.size else ""
    columns = [
        route.file.stem,
        f"`{cell.scenario}`",
        "leaks" if route.leaks else "clean",
        f"{cell.verdict}{': WRONG' if route.is_wrong else ''}",
        f"{size}{true}",
        ("yes" if route.has_true_line else "no") if route.leaks else "–",
        judged.place(cell),
        judged.holder(cell),
    ]
    return pages.row(columns)


def page(routes: Sequence[Route], command: str, options: Sequence[str]) -> str:
    sized = [each for each in routes if each.size]
    seconds = [each.cell.waited_seconds for each in routes]
    return PAGE.format(
        **judged.counts(routes),
        command=command,
        python=f"CPython {routes[0].cell.python}",
        options=" ".join(["find-mem-leaks run NAME:app", *options]),
        applications=len({each.file for each in routes}),
        sized=len(sized),
        near=sum(each.has_true_size for each in sized),
        near_share=NEAR,
        seconds=statistics.median(seconds),
        longest=max(seconds),
        rows="\n".join(map(row, routes)),
    )


def main() -> None:
    parser = pages.parser(__doc__)
    parser.add_argument("python", help="interpreter with what the applications import")
    parser.add_argument("options", nargs="*", default=list(OPTIONS), help="of run, after -- (default: --quick)")
    parser.add_argument("-c", "--controls", default=truths.WORKLOADS, help="a pattern of files")
    parser.add_argument("--applications", type=Path, default=FOLDER, help="folder of other applications")
    arguments = parser.parse_args()
    routes = []
    for file in applications(arguments.applications, arguments.controls):
        for each in measure(arguments.python, file, arguments.options):
            print(row(each), flush=True)
            routes.append(each)
    pages.write(page(routes, arguments.command, arguments.options), arguments.output)


if __name__ == "__main__":
    main()
