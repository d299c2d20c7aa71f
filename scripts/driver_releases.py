"""Find the releases of drivers that mended a leak, and the line that leaked; write a table of docs/databases.md.

``python scripts/driver_releases.py [NAME…] [-o PAGE]`` halves each one's releases, looks at the last that leaks, and
lets a plain loop count in it and in the one that mended it. What was measured is kept in ``leaks/drivers``. The page is
one that stands, in which the table takes the place of the one before.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pages
import tool

import wild
from find_mem_leaks import errors, results
from find_mem_leaks.commands import databases as servers
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import databases, environments
from wild import HERE

FILES = Path("tests/pairs/drivers")
KEPT = Path("leaks/drivers")
ENDS = (errors.CLEAN, errors.LEAK)
MARKS = "<!-- drivers: begin -->", "<!-- drivers: end -->"
TITLES = ["leak", "releases that leak", "fixed in", "its changelog's entry", "B/op", "by a plain loop"]
TITLES += ["by a plain loop, once fixed", "first line", "held by"]
HEAD = f"| {' | '.join(TITLES)} |\n{'| --- ' * len(TITLES)}|\n"
Growth = Mapping[str, float]


@dataclass(frozen=True)
class Leak:
    """A leak of ``driver_releases.toml``, whose comment says what its fields are."""

    name: str
    package: str
    since: str
    until: str
    leaks: str
    fixed: str
    entry: str
    python: str
    operations: int
    beside: Sequence[str] = ()
    database: str | None = None

    @property
    def where(self) -> list[str]:
        """The arguments that say where it is measured, and on what."""
        database = ["--database", self.database] if self.database else []
        return [*database, "--python", self.python, *(word for package in self.beside for word in ("--with", package))]

    @property
    def releases(self) -> list[str]:
        """The arguments of the tool that find the release."""
        between = ["--since", self.since, "--until", self.until, "--bisect"]
        return ["releases", self.package, str(FILES / f"{self.name}.py"), *between, *self.where]

    @property
    def run(self) -> list[str]:
        """The arguments of the tool that find the line."""
        release = ["--with", f"{self.package}=={self.leaks}"]
        return ["run", str(FILES / f"{self.name}.py"), *self.where, *release]


@dataclass(frozen=True)
class Outcome:
    """What came of a leak: the line of its releases, the cell of the last that leaks, and what plain loops counted."""

    leak: Leak
    line: Mapping[str, Any]
    cell: Cell
    before: Growth
    after: Growth

    @property
    def turns(self) -> dict[str, tuple[str, str]]:
        """The releases at which the verdict turned, the one before and the one after, by what became of the leak."""
        return {turn["what"]: (turn["before"], turn["release"]) for turn in self.line["turns"]}

    @property
    def is_as_told(self) -> bool:
        """Return whether the release that mended it was found by itself."""
        return self.turns.get("fixed") == (self.leak.leaks, self.leak.fixed)


def read() -> dict[str, Leak]:
    listed = wild.listed("driver_releases")
    return {name: Leak(name, beside=entry.pop("with", ()), **entry) for name, entry in listed.items()}


def measure(leak: Leak, more: Sequence[str], *, again: bool) -> Outcome:
    """Measure what is not kept, or everything again."""
    KEPT.mkdir(parents=True, exist_ok=True)
    line, output, loops = (KEPT / f"{leak.name}.{kind}.json" for kind in ("line", "run", "loops"))
    if again or not line.exists():
        line.write_text(tool.call(*leak.releases, "--json", "-v", ends=ENDS), encoding="utf-8")
    if again or not output.exists():
        tool.call(*leak.run, *more, "-f", "-o", str(output), "-v", "--no-table", ends=ENDS)
    if again or not loops.exists():
        loops.write_text(json.dumps([plain(leak, leak.leaks), plain(leak, leak.fixed)]), encoding="utf-8")
    before, after = json.loads(loops.read_text(encoding="utf-8"))
    [cell] = results.read(output)
    return Outcome(leak, json.loads(line.read_text(encoding="utf-8")), cell, before, after)


def plain(leak: Leak, release: str) -> Growth:
    """Return what a plain loop counts in a release, for each operation."""
    packages = [f"{leak.package}=={release}", *leak.beside]
    with ExitStack() as throw_away:
        variables = dict(os.environ)
        if database := databases.of_file([leak.database] if leak.database else []):
            variables[databases.VARIABLE] = str(database.at(servers.server(database, throw_away)).url)
        python = throw_away.enter_context(environments.throw_away(environments.find_python(leak.python), packages))
        file = str(FILES / f"{leak.name}.py")
        command = [str(python), str(HERE / "plain_growth.py"), file, str(leak.operations)]
        ended = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    counted: Growth = json.loads(ended.stdout)
    return counted


def row(outcome: Outcome) -> str:
    """The line of a leak in the table."""
    leak, cell = outcome.leak, outcome.cell
    interval = " to ".join(f"{end:,.0f}" for end in cell.interval or ())
    fields = [
        f"[{leak.name.replace('_', ' ')}](../{FILES}/{leak.name}.py)",
        f"{leak.package} {span(outcome)}",
        leak.fixed if outcome.is_as_told else f"{leak.fixed}; **not found**",
        leak.entry,
        f"{cell.bytes_per_operation:,.0f} ({interval})" if cell.verdict is Verdict.LEAKING else cell.verdict.value,
        told(outcome.before),
        told(outcome.after),
        *place(cell),
    ]
    return pages.row(fields)


def place(cell: Cell) -> tuple[str, str]:
    """The line that is named first, from its package on, and what holds what it allocates."""
    if not cell.culprits:
        return "–", "–"
    first = cell.culprits[0]
    file = first.frame.file.rpartition("site-packages/")[2].rpartition("drivers/")[2]
    return f"`{file}:{first.frame.line}`", first.holder or "not known"


def span(outcome: Outcome) -> str:
    """Which releases leak."""
    first = outcome.turns.get("leaks", ("", f"{outcome.leak.since} or before"))[1]
    return f"{first} to {outcome.leak.leaks}"


def told(counted: Growth) -> str:
    blocks, of_malloc, objects = (counted[name] for name in ("blocks", "bytes", "objects"))
    return f"{blocks:z.1f} blocks, {of_malloc:z,.0f} bytes of malloc, {objects:z.1f} objects"


def table(outcomes: Sequence[Outcome], command: str) -> str:
    lines = "\n".join(map(row, outcomes))
    return f"Made by `{command}`.\n\n{HEAD}{lines}\n"


def main() -> int:
    listed = read()
    parser = wild.parser(__doc__, listed)
    parser.add_argument("-f", "--force", action="store_true", help="measure again what is kept")
    parser.add_argument("--print", action="store_true", help="print the calls of the tool, and measure nothing")
    arguments = parser.parse_args()
    chosen = [listed[name] for name in arguments.names or listed]
    if arguments.print:
        calls = [words for each in chosen for words in (each.releases, each.run)]
        print("\n".join(shlex.join(["find-mem-leaks", *words]) for words in calls))
        return 0
    outcomes = [measure(each, shlex.split(arguments.run), again=arguments.force) for each in chosen]
    pages.write(table(outcomes, arguments.command), arguments.output, MARKS)
    return 0 if all(outcome.is_as_told for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
