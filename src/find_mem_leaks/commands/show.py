"""``show``: results files as a matrix or a table, merged where there are several; or the tests of their verdicts."""

from __future__ import annotations

import argparse
import importlib
import json
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from find_mem_leaks import errors, reports, results
from find_mem_leaks.commands.options import MEMORY_LIMIT, Verb, option
from find_mem_leaks.commands.options import results as results_files
from find_mem_leaks.errors import UsageError
from find_mem_leaks.reports import forecast, overview, terminal, why
from find_mem_leaks.reports.matrix import LABEL
from find_mem_leaks.results import Cell

EVERY = "*"
# For people: stacks by scenarios, with details of what is not clean; and a row for every cell.
TEXTS = ("matrix", "table")


JSON = "json"
# By this a module of ``reports`` names the format that its ``render(cells)`` returns. It is imported when it is used.
FORMAT = re.compile(r'^FORMAT = "(.+)"$', re.MULTILINE)


def formats() -> dict[str, str]:
    """Return the names of the formats for programs, each with its module."""
    files = [file for folder in reports.__path__ for file in sorted(Path(folder).glob("*.py"))]
    names = {file.stem: FORMAT.findall(file.read_text(encoding="utf-8")) for file in files}
    return {name: module for module, found in names.items() for name in found}


def rendered(cells: Sequence[Cell], name: str) -> str:
    """Return the cells in one of the formats."""
    if name == JSON:
        return json.dumps(results.to_json(cells), indent=2)
    text: str = importlib.import_module(f"{reports.__name__}.{formats()[name]}").render(cells)
    return text


VERB = Verb(
    "show",
    "show results files as a matrix, or why their verdicts are what they are",
    results_files("*"),
    option("--format", "default: matrix", action="store", default="matrix", choices=[*TEXTS, JSON, *formats()]),
    option("--table", "print a row with all figures of every cell", action="store_const", const="table", dest="format"),
    option("--json", "the same as --format json", action="store_const", const="json", dest="format"),
    option(
        "--why STACK",
        "print each test of a cell, its figure and its threshold, instead of a table; STACK is a name or a pattern "
        "such as '*_session' (default: every cell). Give it after RESULTS",
        nargs="?",
        const=EVERY,
    ),
    MEMORY_LIMIT,
)


def run(arguments: argparse.Namespace) -> int:
    files, stack = _asked(arguments)
    cells = results.merge(results.read(path) for path in files)
    if stack is not None:
        cells = _of_stack(cells, stack)
        why.render(cells, terminal.console(why.WIDTH))
    elif arguments.format in TEXTS:
        overview.show(cells, every=arguments.format == "table")
    elif text := rendered(cells, arguments.format):
        print(text)
    for line in forecast.lines(cells, arguments.memory_limit):
        print(line)
    return errors.CLEAN


def _asked(arguments: argparse.Namespace) -> tuple[list[Path], str | None]:
    """The files, and the stack whose tests are asked for. ``--why FILE`` asks for all in that file."""
    files, stack = arguments.results, arguments.why
    if stack is not None and arguments.format not in TEXTS:
        raise UsageError(f"--why is text for people, not {arguments.format}: leave one out (--json has all tests)")
    if arguments.memory_limit is not None and arguments.format not in TEXTS:
        raise UsageError(f"--memory-limit is text for people, not {arguments.format}: leave one out")
    if not files and stack not in {None, EVERY}:
        return [Path(stack)], EVERY
    if not files:
        raise UsageError("no results file is named: give one that `run -o` wrote (see `find-mem-leaks show --help`)")
    return files, stack


def _of_stack(cells: Sequence[Cell], pattern: str) -> list[Cell]:
    """The cells of the stacks that the pattern names, by their full names or those without the series."""
    names = {cell.stack: LABEL.sub("", cell.stack, count=1) for cell in cells}
    chosen = [cell for cell in cells if any(fnmatchcase(text, pattern) for text in (cell.stack, names[cell.stack]))]
    if not chosen and pattern != EVERY:
        raise errors.unknown("stack", pattern, names if LABEL.match(pattern) else dict.fromkeys(names.values()))
    return chosen
