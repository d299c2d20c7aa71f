"""Run the tool on tests that others wrote, by pinned releases, and on those of releases that leak.

``python scripts/suites.py [NAME…] [-o PAGE]`` writes tables of them: suites of releases, and suites of releases that
are known to leak, beside those of the releases that fixed it. Each has an environment and a folder of its own in
``leaks/suites``, with the tests of its release's source distribution and without its code, so that what is tested is
the wheel. Each test that the tool says leaks is called in a plain loop, by ``plain_tests.py``, without the tool.
The page is one that stands, in which the tables take the place of the ones before.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pages
import tool
from uv import find_uv_bin

import wild
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import environments
from wild import HERE

KEPT = Path("leaks/suites")
# What pytest reads of a project, and what tests ask of it: copied with the tests.
CONFIGURATION = ("pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml", "conftest.py", ".coveragerc")
SECTIONS = {"tox.ini": "[pytest]", "setup.cfg": "[tool:pytest]", "pyproject.toml": "[tool.pytest"}
PLAIN_SECONDS = 10
MARKS = "<!-- suites: begin -->", "<!-- suites: end -->"
HEAD = """| suite | it has | tests | judged | verdicts | leaking | of these also by a plain loop | minutes | load |
| --- | ---: | ---: | ---: | --- | ---: | --- | ---: | ---: |
"""
PAIRS = """| release | suite | tests | leaking | of these also by a plain loop | fixed in | leaking there | minutes |
| --- | --- | ---: | --- | --- | --- | ---: | ---: |
"""
# So many leaking tests are named in a row, the others counted.
NAMED = 3


@dataclass(frozen=True)
class Suite:
    """A suite of ``suites.toml``, whose comment says what its fields are."""

    name: str
    package: str
    tests: Sequence[str] = ("tests",)
    beside: Sequence[str] = ()
    installed: bool = False
    requirements: Sequence[str] = ()
    arguments: Sequence[str] = ()
    python: str = ""
    fixed: str = ""
    leak: str = ""

    @property
    def project(self) -> str:
        return self.package.partition("==")[0].partition("[")[0]

    @property
    def folder(self) -> Path:
        """Without extras: pytest takes no path with brackets."""
        return KEPT / f"{self.project}=={self.package.partition('==')[2]}"

    @property
    def results(self) -> Path:
        return self.folder / "results.json"

    @property
    def times(self) -> Path:
        return self.folder / "times.json"

    @property
    def interpreter(self) -> Path:
        return (self.folder / "environment" / "bin" / "python").absolute()

    @property
    def variables(self) -> dict[str, str]:
        """Return those that ``run`` is given by ``--env``."""
        given = [word for option, word in pairwise(self.arguments) if option == "--env"]
        return dict(word.split("=", 1) for word in given)

    @property
    def releases(self) -> list[Suite]:
        """Itself, and the suite of the release that fixed its leak."""
        return [self, *([replace(self, package=self.fixed)] if self.fixed else [])]


Outcome = wild.Outcome[Suite]


def proved(outcome: Outcome) -> list[Cell]:
    """Return what leaks by a plain loop too."""
    leaking = wild.leaking(outcome.cells)
    return [cell for cell in leaking if outcome.plain.get(nodeid(cell), {}).get("grows")]


def nodeid(cell: Cell) -> str:
    return f"{cell.stack}::{cell.scenario}"


def read() -> dict[str, Suite]:
    return {name: Suite(name, **entry) for name, entry in wild.listed("suites").items()}


def uv(*words: str) -> None:
    subprocess.run([find_uv_bin(), "--quiet", "--no-config", "--no-progress", *words], check=True)


def prepare(suite: Suite) -> None:
    """Build its environment and lay its tests there, if that was not done before."""
    done = suite.folder / "prepared"
    if done.exists():
        return
    shutil.rmtree(suite.folder, ignore_errors=True)
    environment = suite.interpreter.parent.parent
    python = environments.find_python(suite.python) if suite.python else sys.executable
    uv("venv", "--seed", "--python", python, str(environment))
    wanted = [suite.package, "pytest", *suite.requirements]
    uv("pip", "install", "--compile-bytecode", "--python", str(suite.interpreter), *wanted)
    if not suite.installed:
        with tempfile.TemporaryDirectory() as folder:
            lay(unpack(suite, Path(folder)), place(suite), [*suite.tests, *suite.beside, *CONFIGURATION])
    if not is_configured(place(suite)):
        (place(suite) / "pytest.ini").touch()  # else pytest takes the configuration of the project around it
    done.touch()


def is_configured(folder: Path) -> bool:
    """Return whether a file there has a section for pytest, by which it would know that the suite begins there."""
    if (folder / "pytest.ini").exists():
        return True
    files = [folder / name for name in SECTIONS if (folder / name).exists()]
    return any(SECTIONS[file.name] in file.read_text(encoding="utf-8") for file in files)


def unpack(suite: Suite, folder: Path) -> Path:
    """The root of the release's source distribution, brought by the interpreter's own pip."""
    command = [str(suite.interpreter), "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", suite.project]
    subprocess.run([*command, "--dest", str(folder), suite.package], check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    (root,) = (path for path in folder.iterdir() if path.is_dir())
    return root


def lay(root: Path, folder: Path, names: Iterable[str]) -> None:
    """Copy those of the files and folders that are there, each to its place in another folder."""
    for path in (root / name.partition("::")[0] for name in names):
        target = folder / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True)
        elif path.exists():
            shutil.copy(path, target)


def place(suite: Suite) -> Path:
    """The folder that its tests are named from."""
    if not suite.installed:
        return suite.folder / "suite"
    (packages,) = (suite.folder / "environment" / "lib").glob("python*/site-packages")
    return packages


def collected(suite: Suite) -> list[dict[str, Any]]:
    """Return what ``list --json`` says of each test of a suite."""
    words = ["list", *suite.tests, "--python", str(suite.interpreter), *suite.arguments, "--json"]
    answer = subprocess.run(tool.command(*words), check=True, cwd=place(suite), stdout=subprocess.PIPE, text=True)
    found: list[dict[str, Any]] = json.loads(answer.stdout)["tests"]
    return found


def spread(tests: Sequence[dict[str, Any]], most: int | None) -> list[str]:
    """Return the node ids of so many tests, spread evenly over all that no mark skips."""
    runnable = [test["nodeid"] for test in tests if not test["skipped"]]
    if most is None or most >= len(runnable):
        return [test["nodeid"] for test in tests]
    return [runnable[number * len(runnable) // most] for number in range(most)]


def measure(suite: Suite, more: Sequence[str], minutes: float | None = None, most: int | None = None) -> Outcome:
    """Run the tool on a suite, and a plain loop on what leaks; files that its processes make are gone afterwards.

    minutes: after which the run is ended as Ctrl-C does, with the tests that were judged by then.
    most: so many tests of the suite, if it has more.
    """
    prepare(suite)
    tests = collected(suite)
    words = [*spread(tests, most), "--python", str(suite.interpreter), *suite.arguments, *more]
    with tempfile.TemporaryDirectory(prefix="suites-") as folder:
        outcome = wild.measure(suite, words, minutes, cwd=place(suite), env={**os.environ, "TMPDIR": folder})
    leaking = map(nodeid, wild.leaking(outcome.cells))
    outcome = replace(outcome, plain={test: plain(suite, test) for test in leaking}, of=len(tests))
    outcome.keep()
    return outcome


def plain(suite: Suite, test: str) -> dict[str, Any]:
    """Return what a plain loop says of a test."""
    command = [str(suite.interpreter), str(HERE / "plain_tests.py"), test, "--seconds", str(PLAIN_SECONDS)]
    environment = {**os.environ, **suite.variables}
    answer = subprocess.run(command, check=False, cwd=place(suite), env=environment, capture_output=True, text=True)
    line = (answer.stdout.strip().splitlines() or [""])[-1]
    found: dict[str, Any] = json.loads(line) if line.startswith("{") else {"grows": False, "problem": line}
    return found


def judged(cells: Sequence[Cell]) -> int:
    return sum(cell.verdict not in (Verdict.FAILED, Verdict.SKIPPED) for cell in cells)


def named(cells: Sequence[Cell]) -> str:
    """Leaking tests with their bytes, the first few; the others are counted."""
    first = [f"`{cell.scenario}` {cell.bytes_per_operation or 0:,.0f} B" for cell in cells[:NAMED]]
    return ", ".join([*first, *([f"and {len(cells) - NAMED} more"] if len(cells) > NAMED else [])]) or "–"


def row(outcome: Outcome) -> str:
    cells, leaking, also = outcome.cells, wild.leaking(outcome.cells), proved(outcome)
    by_a_loop = f"{len(also)}: {named(also)}" if also else "0" if leaking else "–"
    minutes, load = f"{outcome.seconds / 60:.1f}", f"{outcome.load:.0f}"
    name = outcome.subject.package.replace("==", " ")
    counted = [f"{outcome.of:,}", len(cells), judged(cells), wild.counts(cells), len(leaking)]
    return pages.row([name, *counted, by_a_loop, minutes, load])


def pair(leaky: Outcome, fixed: Outcome) -> str:
    suite, leaking = leaky.subject, wild.leaking(leaky.cells)
    fields = [
        f"{suite.package.replace('==', ' ')}: {suite.leak}",
        ", ".join(f"`{name}`" for name in suite.tests),
        len(leaky.cells),
        f"{len(leaking)}: {named(leaking)}" if leaking else "0",
        len(proved(leaky)),
        fixed.subject.package.partition("==")[2],
        len(wild.leaking(fixed.cells)),
        f"{(leaky.seconds + fixed.seconds) / 60:.1f}",
    ]
    return pages.row(fields)


def tables(outcomes: Mapping[str, Outcome], suites: Sequence[Suite], command: str) -> str:
    """Both tables, of what was measured."""
    rows = [row(outcomes[each.package]) for each in suites if not each.fixed and each.package in outcomes]
    pairs = [
        pair(outcomes[each.package], outcomes[each.fixed])
        for each in suites
        if each.fixed and each.package in outcomes and each.fixed in outcomes
    ]
    return "\n".join([wild.made(command), "", f"{HEAD}{chr(10).join(rows)}", "", f"{PAIRS}{chr(10).join(pairs)}", ""])


def main() -> None:
    known = read()
    parser = wild.parser(__doc__, known)
    parser.add_argument("--kept", action="store_true", help="measure nothing: the tables of what is kept")
    parser.add_argument("--prepare", action="store_true", help="build the environments, and measure nothing")
    parser.add_argument("--minutes", type=float, metavar="M", help="for each suite: what was judged by then is told")
    parser.add_argument("--tests", type=int, metavar="N", help="of a suite with more, so many, spread evenly over it")
    arguments = parser.parse_args()
    chosen = [known[name] for name in arguments.names or known]
    releases = [release for suite in chosen for release in suite.releases]
    if arguments.prepare:
        for each in releases:
            prepare(each)
        return
    more = shlex.split(arguments.run)
    bounds = arguments.minutes, arguments.tests
    outcomes = [wild.kept(each) if arguments.kept else measure(each, more, *bounds) for each in releases]
    text = tables({each.subject.package: each for each in outcomes if each}, chosen, arguments.command)
    pages.write(text, arguments.output, MARKS)


if __name__ == "__main__":
    main()
