"""The options of a run for leaks that are known."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from find_mem_leaks import known
from find_mem_leaks.commands.options import option
from find_mem_leaks.commands.values import check_writable
from find_mem_leaks.errors import UsageError
from find_mem_leaks.known import Known
from find_mem_leaks.reports import known as report
from find_mem_leaks.results import Cell

OPTIONS = (
    option(
        "--known FILE",
        "a file of leaks that are known, by place and kind: exit with 3 for others alone, and say which are fixed",
        Path,
    ),
    option("--update-known", "write the leaks that are found into the file of --known"),
)


def listed(arguments: argparse.Namespace) -> list[Known]:
    """The leaks that the file lists, before anything is measured; UsageError where it cannot be read or written."""
    path: Path | None = arguments.known
    if path is None:
        if arguments.update_known:
            raise UsageError("--update-known writes into a file: name it with --known FILE")
        return []
    if arguments.update_known:
        check_writable(path)
        return known.read(path) if path.exists() else []
    return known.read(path)


def held_against(
    cells: Sequence[Cell], listed: Sequence[Known], arguments: argparse.Namespace, finished: bool
) -> list[Cell]:
    """Say what became of known leaks, and write them anew where that is asked for; the cells without those that leak in
    known ways alone."""
    path: Path | None = arguments.known
    if path is None:
        return list(cells)
    for line in report.lines(cells, listed, path):
        print(line, file=sys.stderr if arguments.json else sys.stdout)
    if arguments.update_known and finished:
        listed = known.updated(listed, cells)
        known.write(path, listed)
    return [cell for cell in cells if not known.is_known(cell, listed)]
