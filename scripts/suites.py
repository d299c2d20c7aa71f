"""Run the tool on tests that others wrote, by pinned releases, and on those of releases that leak.

``python scripts/suites.py [NAME…] [-o PAGE]`` writes tables of them: suites of releases, and suites of releases that
are known to leak, beside those of the releases that fixed it. Each has an environment and a folder of its own in
``leaks/suites``, with the tests of its release's source distribution and without its code, so that what is tested is
the wheel. Each test that the tool says leaks is called in a plain loop, by ``plain_tests.py``, without the tool.
The page is one that stands, in which the tables take the place of the ones before.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from uv import find_uv_bin

from applications import table_between
from find_mem_leaks import errors, results
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import environments

HERE = Path(__file__).resolve().parent
KEPT = Path("leaks/suites")
TOOL = [sys.executable, "-m", "find_mem_leaks"]
ENDS = (errors.CLEAN, errors.LEAK, errors.FAILED, errors.INCONCLUSIVE)
# What pytest reads of a project, and what tests ask of it: copied with the tests.
CONFIGURATION = ("pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml", "conftest.py", ".coveragerc")
SECTIONS = {"tox.ini": "[pytest]", "setup.cfg": "[tool:pytest]", "pyproject.toml": "[tool.pytest"}
PLAIN_SECONDS = 10
BEGIN, END = "<!-- suites: begin -->", "<!-- suites: end -->"
HEAD = """| suite | tests | judged | verdicts | leaking | of these also by a plain loop | minutes | load |
| --- | ---: | ---: | --- | ---: | --- | ---: | ---: |
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
    def interpreter(self) -> Path:
        return (self.folder / "environment" / "bin" / "python").absolute()

    @property
    def variables(self) -> dict[str, str]:
        """Those that ``run`` is given by ``--env``."""
        given = [word for option, word in pairwise(self.arguments) if option == "--env"]
        return dict(word.split("=", 1) for word in given)

    @property
    def releases(self) -> list[Suite]:
        """Itself, and the suite of the release that fixed its leak."""
        return [self, *([replace(self, package=self.fixed)] if self.fixed else [])]


@dataclass(frozen=True)
class Outcome:
    """What came of a suite.

    Attributes:
        suite, cells: what was measured, and what came of it.
        seconds: of the call of ``run``.
        load: the load average at its end, on which seconds depend.
        plain: what a plain loop said of each leaking test, by its node id.
    """

    suite: Suite
    cells: Sequence[Cell]
    seconds: float
    load: float
    plain: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def leaking(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.verdict is Verdict.LEAKING]

    @property
    def proved(self) -> list[Cell]:
        return [cell for cell in self.leaking if self.plain.get(nodeid(cell), {}).get("grows")]


def nodeid(cell: Cell) -> str:
    return f"{cell.stack}::{cell.scenario}"


def read() -> dict[str, Suite]:
    document: Mapping[str, Any] = tomllib.loads((HERE / "suites.toml").read_text(encoding="utf-8"))
    return {name: Suite(name, **entry) for name, entry in document.items()}


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
    """Whether a file there has a section for pytest, by which it would know that the suite begins there."""
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


def measure(suite: Suite, more: Sequence[str], minutes: float | None = None) -> Outcome:
    """Run the tool on a suite, and a plain loop on what leaks; files that its processes make are gone afterwards.

    minutes: after which the run is ended as Ctrl-C does, with the tests that were judged by then.
    """
    prepare(suite)
    output = (suite.folder / "results.json").absolute()
    output.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="suites-") as folder:
        command = [*TOOL, "run", *suite.tests, "--python", str(suite.interpreter), *suite.arguments, *more]
        started = time.monotonic()
        environment = {**os.environ, "TMPDIR": folder}
        words = [*command, "-v", "--no-table", "-f", "-o", str(output)]
        code = ended(words, minutes, cwd=place(suite), env=environment)
        seconds = time.monotonic() - started
    if code not in ENDS or not output.exists():
        raise SystemExit(f"{suite.package}: the run ended with exit code {code}")
    cells = [cell for cell in results.read(output) if not cell.interrupted]
    outcome = Outcome(suite, cells, seconds, os.getloadavg()[1])
    outcome = replace(outcome, plain={nodeid(cell): plain(suite, nodeid(cell)) for cell in outcome.leaking})
    keep(outcome)
    return outcome


def ended(words: Sequence[str], minutes: float | None, **options: Any) -> int:
    """The exit code of a call, which is ended after so many minutes; 0 then."""
    process = subprocess.Popen(words, **options)
    try:
        return process.wait(minutes * 60 if minutes else None)
    except subprocess.TimeoutExpired:
        process.terminate()
        return errors.CLEAN if process.wait() == errors.INTERRUPTED else process.returncode


def plain(suite: Suite, test: str) -> dict[str, Any]:
    """What a plain loop says of a test."""
    command = [str(suite.interpreter), str(HERE / "plain_tests.py"), test, "--seconds", str(PLAIN_SECONDS)]
    environment = {**os.environ, **suite.variables}
    answer = subprocess.run(command, check=False, cwd=place(suite), env=environment, capture_output=True, text=True)
    line = (answer.stdout.strip().splitlines() or [""])[-1]
    found: dict[str, Any] = json.loads(line) if line.startswith("{") else {"grows": False, "problem": line}
    return found


def keep(outcome: Outcome) -> None:
    times = {"seconds": outcome.seconds, "load": outcome.load, "plain": outcome.plain}
    (outcome.suite.folder / "times.json").write_text(json.dumps(times, indent=1), encoding="utf-8")


def kept(suite: Suite) -> Outcome | None:
    """The outcome that was measured before, if it was."""
    times = suite.folder / "times.json"
    if not times.exists():
        return None
    cells = [cell for cell in results.read(suite.folder / "results.json") if not cell.interrupted]
    return Outcome(suite, cells, **json.loads(times.read_text(encoding="utf-8")))


def counts(cells: Sequence[Cell]) -> str:
    counted = Counter(cell.verdict.value for cell in cells)
    return ", ".join(f"{counted[verdict.value]} {verdict.value}" for verdict in Verdict if counted[verdict.value])


def judged(cells: Sequence[Cell]) -> int:
    return sum(cell.verdict not in (Verdict.FAILED, Verdict.SKIPPED) for cell in cells)


def named(cells: Sequence[Cell]) -> str:
    """Leaking tests with their bytes, the first few; the others are counted."""
    first = [f"`{cell.scenario}` {cell.bytes_per_operation or 0:,.0f} B" for cell in cells[:NAMED]]
    return ", ".join([*first, *([f"and {len(cells) - NAMED} more"] if len(cells) > NAMED else [])]) or "–"


def shown(fields: Iterable[object]) -> str:
    return f"| {' | '.join(str(each).replace('|', chr(92) + '|') for each in fields)} |\n"


def row(outcome: Outcome) -> str:
    cells, minutes = outcome.cells, f"{outcome.seconds / 60:.1f}"
    name = outcome.suite.package.replace("==", " ")
    proved = f"{len(outcome.proved)}: {named(outcome.proved)}" if outcome.proved else len(outcome.leaking) and "0"
    leaking = len(outcome.leaking)
    return shown(
        [name, len(cells), judged(cells), counts(cells), leaking, proved or "–", minutes, f"{outcome.load:.0f}"]
    )


def pair(leaky: Outcome, fixed: Outcome) -> str:
    minutes = f"{(leaky.seconds + fixed.seconds) / 60:.1f}"
    release = f"{leaky.suite.package.replace('==', ' ')}: {leaky.suite.leak}"
    suites = ", ".join(f"`{name}`" for name in leaky.suite.tests)
    found = f"{len(leaky.leaking)}: {named(leaky.leaking)}" if leaky.leaking else "0"
    fixed_in = fixed.suite.package.partition("==")[2]
    fields = [release, suites, len(leaky.cells), found, len(leaky.proved), fixed_in, len(fixed.leaking), minutes]
    return shown(fields)


def tables(outcomes: Mapping[str, Outcome], suites: Sequence[Suite], command: str) -> str:
    """Both tables, of what was measured."""
    rows = [row(outcomes[each.package]) for each in suites if not each.fixed and each.package in outcomes]
    pairs = [
        pair(outcomes[each.package], outcomes[each.fixed])
        for each in suites
        if each.fixed and each.package in outcomes and each.fixed in outcomes
    ]
    made = (
        f"Made by `{command}` on {os.cpu_count()} cores, as many cells at once. *Load*: the load average of five "
        "minutes at the end of each call; where that is more than the cores, the machine was busy with other things."
    )
    return f"{made}\n\n{HEAD}{''.join(rows)}\n{PAIRS}{''.join(pairs)}"


def main() -> int:
    known = read()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(known)} (default: all)")
    parser.add_argument("-o", "--output", type=Path, help="the page to write the tables into")
    parser.add_argument("--command", default="nox -s suites", help="to be named in the page")
    parser.add_argument("--kept", action="store_true", help="measure nothing: the tables of what is kept")
    parser.add_argument("--prepare", action="store_true", help="build the environments, and measure nothing")
    parser.add_argument("--run", default="", metavar="ARGUMENTS", help="more arguments of `run`, such as --run=--quick")
    parser.add_argument("--minutes", type=float, metavar="M", help="for each suite: what was judged by then is told")
    arguments = parser.parse_args()
    chosen = [known[name] for name in arguments.names or known]
    releases = [release for suite in chosen for release in suite.releases]
    if arguments.prepare:
        for each in releases:
            prepare(each)
        return 0
    more = shlex.split(arguments.run)
    outcomes = [kept(each) if arguments.kept else measure(each, more, arguments.minutes) for each in releases]
    text = tables({each.suite.package: each for each in outcomes if each}, chosen, arguments.command)
    if arguments.output:
        page = arguments.output.read_text(encoding="utf-8")
        arguments.output.write_text(table_between(page, text, BEGIN, END), encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
