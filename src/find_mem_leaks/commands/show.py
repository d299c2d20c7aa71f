"""``show``: results files as a table, merged where there are several."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from find_mem_leaks import errors, results
from find_mem_leaks.reports import github, markdown, seed, separated, terminal
from find_mem_leaks.results import Cell


def _as_json(cells: Sequence[Cell]) -> str:
    return json.dumps(results.to_json(cells), indent=2)


FORMATS: dict[str, Callable[[Sequence[Cell]], str]] = {
    "markdown": markdown.render,
    "csv": separated.render,
    "json": _as_json,
    "seed": seed.render,
    "github": github.render,
}


def add(verbs: Any) -> None:
    verb = verbs.add_parser("show", help="show results files as one table", allow_abbrev=False)
    verb.add_argument("results", nargs="+", type=Path, metavar="RESULTS", help="files that `run -o` wrote")
    verb.add_argument("--format", default="table", choices=["table", *FORMATS], help="default: table")
    verb.add_argument("--json", action="store_const", const="json", dest="format", help="the same as --format json")
    verb.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    cells = results.merge(results.read(path) for path in arguments.results)
    if arguments.format == "table":
        terminal.render(cells, terminal.console())
    elif text := FORMATS[arguments.format](cells):
        print(text)
    return errors.CLEAN
