"""``judge``: judge results files again, by the rules that each record holds, without measuring."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from find_mem_leaks import results
from find_mem_leaks.commands.options import EVERY_FIGURE, MEMORY_LIMIT, OVERWRITE, STRICT, Verb, option
from find_mem_leaks.commands.options import results as results_files
from find_mem_leaks.commands.run import exit_code
from find_mem_leaks.commands.values import check_writable, positive, share
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judged import judged
from find_mem_leaks.reports import forecast, overview, rejudged
from find_mem_leaks.results import Cell

VERB = Verb(
    "judge",
    "judge results files again, without measuring",
    results_files("+", "FILE"),
    option("--limit B", "bytes per operation (default: each record's)", positive),
    option("--confidence P", "confidence level of the interval (default: each record's)", share),
    MEMORY_LIMIT,
    STRICT,
    option("-o --output FILE", "write the judged cells there", Path),
    OVERWRITE,
    EVERY_FIGURE,
    option("--json", "print the judged cells as JSON instead of a table"),
    description="Judge results files again, without measuring, by the rules that each record holds; say which verdicts "
    "changed. The exit code is that of `run`.",
)


def run(arguments: argparse.Namespace) -> int:
    _check(arguments)
    recorded = results.merge(results.read(path) for path in arguments.results)
    cells = [_judged(cell, arguments) for cell in recorded]
    if arguments.output:
        _write(arguments.output, cells)
    if arguments.json:
        print(json.dumps(results.to_json(cells), indent=2))
    else:
        overview.show(cells, every=arguments.table)
    for line in (*forecast.lines(cells, arguments.memory_limit), *rejudged.lines(recorded, cells)):
        print(line, file=sys.stderr if arguments.json else sys.stdout)
    if arguments.output and not arguments.json:
        print(f"results: {arguments.output}")
    return exit_code(cells, arguments.strict)


def _judged(cell: Cell, arguments: argparse.Namespace) -> Cell:
    """The cell judged again; UsageError if its record holds what no measurement yields."""
    rules = cell.rules.of(arguments.limit) if arguments.limit else cell.rules
    rules = replace(rules, confidence=arguments.confidence or rules.confidence)
    try:
        return judged(cell, rules)
    except (ArithmeticError, IndexError, TypeError, ValueError):
        raise UsageError(
            f"the record of {cell.stack} {cell.scenario} cannot be judged, it is damaged: run it again"
        ) from None


def _check(arguments: argparse.Namespace) -> None:
    """Raise UsageError for an output that is not to be overwritten, or cannot be written."""
    path: Path | None = arguments.output
    if path is None:
        return
    check_writable(path)
    if path.exists() and not arguments.force:
        raise UsageError(f"{path} exists: give -f to overwrite it, or another name")


def _write(path: Path, cells: Sequence[Cell]) -> None:
    try:
        results.write(path, cells)
    except OSError as error:
        raise UsageError(f"{path} could not be written ({error.strerror}): name another file") from None
