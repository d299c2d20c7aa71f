"""Judge a small suite of known truth by each CPython and pytest that the tool takes, as `run` does and as the plugin.

``python scripts/pytests.py [PYTHON/PYTEST…] [-o PAGE]``: pairs such as 3.8/7.0.1 or 3.13/newest, all by default. Each
has an environment of its own in ``leaks/pytests``. Where the tool itself runs, it is installed afterwards, for
`pytest --leaks`. Tests that leak have "leak" in their names, and "# leaks" at the lines that do. The table takes the
place of the one before in a page that stands. The exit code is 1 if a verdict or a line is wrong.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pages
import tool
from uv import find_uv_bin

from find_mem_leaks import results
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import environments

KEPT = Path("leaks/pytests")
ROOT = Path(__file__).resolve().parents[1]
KNOWN = ROOT / "tests" / "suites" / "known"
# A leak, and of each kind of test one that does not: fixtures, parameters, coroutines, unittest, doctests.
TESTS = (
    "of_functions.py::test_leak_list_of_the_module",
    "of_functions.py::test_fixture_that_is_closed",
    "of_functions.py::test_parameters[drops]",
    "of_coroutines.py::test_coroutine",
    "of_coroutines.py::test_anyio",
    "of_classes.py::Unit::test_case",
    "of_documents.txt",
)
# Enough for a verdict and its line on a machine that is busy.
CAPS = ("--time-cap", "180", "--explain-cap", "300")
LEAKS, MARK = "leak", "# leaks: "
PYTHONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13")
NEWEST = "newest"
PYTESTS = ("7.0.1", NEWEST)
# The plugin needs the tool, which runs on these.
TOOL_RUNS_ON = (3, 11)
PACKAGES = ("pytest", "pytest-asyncio", "anyio")
ASKED = "import json, importlib.metadata as m, sys; print(json.dumps([m.version(each) for each in sys.argv[1:]]))"
# The ways to judge, as the table has them.
RUN, PLUGIN = "run --python", "pytest --leaks"
MARKS = "<!-- pytests: begin -->", "<!-- pytests: end -->"
HEAD = f"""| CPython | pytest | pytest-asyncio | anyio | `{RUN}` | `{PLUGIN}` |
| --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Pair:
    """A Python and a pytest; ``newest`` is the newest pytest that this Python has."""

    python: str
    pytest: str

    def __str__(self) -> str:
        return f"{self.python}/{self.pytest}"

    @property
    def folder(self) -> Path:
        return (KEPT / f"{self.python}-{self.pytest}").absolute()

    @property
    def interpreter(self) -> str:
        return str(self.folder / "environment" / "bin" / "python")

    def results(self, how: str) -> Path:
        return self.folder / f"{how.split(maxsplit=1)[0]}.json"

    @property
    def has_the_plugin(self) -> bool:
        return tuple(map(int, self.python.split(".")[:2])) >= TOOL_RUNS_ON


def everything() -> list[Pair]:
    return [Pair(python, pytest) for python in PYTHONS for pytest in PYTESTS]


def read(name: str) -> Pair:
    """Return the pair of a name; SystemExit if it is none."""
    python, slash, pytest = name.partition("/")
    if not (python and slash and pytest):
        raise SystemExit(f"{name} is not a pair such as 3.8/7.0.1 or 3.13/{NEWEST}")
    return Pair(python, pytest)


def uv(*words: str) -> None:
    subprocess.run([find_uv_bin(), "--quiet", "--no-config", "--no-progress", *words], check=True)


def install(pair: Pair, *packages: str) -> None:
    pytest = "pytest" if pair.pytest == NEWEST else f"pytest=={pair.pytest}"
    uv("pip", "install", "--python", pair.interpreter, pytest, *packages)


def prepare(pair: Pair) -> None:
    """Build its environment anew, without the tool."""
    shutil.rmtree(pair.folder, ignore_errors=True)
    try:
        python = environments.find_python(pair.python)
    except UsageError:
        python = pair.python  # which uv brings
    uv("venv", "--python", python, str(pair.folder / "environment"))
    install(pair, *PACKAGES[1:])


def versions(pair: Pair) -> list[str]:
    """Return the versions of the packages that it has."""
    answer = subprocess.run([pair.interpreter, "-c", ASKED, *PACKAGES], check=True, stdout=subprocess.PIPE, text=True)
    found: list[str] = json.loads(answer.stdout)
    return found


def by_run(pair: Pair) -> None:
    """Let `run` judge the tests."""
    words = ["run", *TESTS, "--python", pair.interpreter, *CAPS, "-q", "--no-table"]
    call(pair, tool.command(*words, "-f", "-o", str(pair.results(RUN))))


def by_the_plugin(pair: Pair) -> None:
    """Let `pytest --leaks` judge them, with the tool installed there."""
    install(pair, "-e", str(ROOT))
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--leaks", *TESTS]
    call(pair, [pair.interpreter, *words, "--leaks-report", str(pair.results(PLUGIN))])


def call(pair: Pair, command: Sequence[str]) -> None:
    """Run a command in the suite's folder; what it prints is kept."""
    environment = {**os.environ, "PYTEST_ADDOPTS": ""}
    with (pair.folder / "output").open("a", encoding="utf-8") as output:
        subprocess.run(command, check=False, cwd=KNOWN, env=environment, stdout=output, stderr=subprocess.STDOUT)


def cells(file: Path) -> list[Cell]:
    """Return the cells of a file; none if the call ended without."""
    return results.read(file) if file.exists() else []


def wrong(measured: Sequence[Cell]) -> list[str]:
    """Return what is not as it should be: verdicts, the line of the leak, and tests that are not there."""
    others = [cell for cell in measured if not right(cell)]
    told = [f"{cell.scenario}: {cell.verdict.value} {cell.reason or cell.error or ''}" for cell in others]
    missing = len(TESTS) - len(measured)
    return [*told, *([f"{missing} of {len(TESTS)} tests are missing"] if missing else [])]


def right(cell: Cell) -> bool:
    if LEAKS not in cell.scenario:
        return cell.verdict in ACQUITTED
    frames = [frame for culprit in cell.culprits for frame in culprit.stack]
    return cell.verdict is Verdict.LEAKING and any(is_marked(frame.file, frame.line) for frame in frames)


def is_marked(file: str, line: int) -> bool:
    path = KNOWN / file
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return line <= len(lines) and MARK in lines[line - 1]


def counted(measured: Sequence[Cell]) -> str:
    return f"{sum(map(right, measured))} of {len(TESTS)} right" if measured else "not measured"


def measure(pair: Pair) -> None:
    prepare(pair)
    by_run(pair)
    if pair.has_the_plugin:
        by_the_plugin(pair)


def judged(pair: Pair) -> tuple[str, list[str]]:
    """Return the row of a pair, and what is wrong."""
    by = {each: cells(pair.results(each)) for each in ([RUN, PLUGIN] if pair.has_the_plugin else [RUN])}
    row = pages.row([pair.python, *versions(pair), counted(by[RUN]), counted(by[PLUGIN]) if PLUGIN in by else "–"])
    return row, [f"{pair}, {how}: {each}" for how, measured in by.items() for each in wrong(measured)]


def main() -> None:
    parser = pages.parser(__doc__)
    parser.add_argument("pairs", nargs="*", metavar="PYTHON/PYTEST", help=f"such as 3.8/7.0.1, 3.13/{NEWEST} (all)")
    parser.add_argument("--kept", action="store_true", help="measure nothing: the table of what is kept")
    arguments = parser.parse_args()
    pairs = [*map(read, arguments.pairs)] or everything()
    for pair in [] if arguments.kept else pairs:
        measure(pair)
    rows, problems = zip(*map(judged, pairs), strict=True)
    lines = "\n".join(rows)
    pages.write(f"Made by `{arguments.command}`.\n\n{HEAD}{lines}\n", arguments.output, MARKS)
    if told := [each for of_pair in problems for each in of_pair]:
        raise SystemExit("\n".join(told))


if __name__ == "__main__":
    main()
