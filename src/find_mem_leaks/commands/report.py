"""``report``: results files as one page to look at."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from find_mem_leaks import errors, replacing, results
from find_mem_leaks.commands.options import Verb, option
from find_mem_leaks.commands.options import results as results_files
from find_mem_leaks.errors import UsageError

PAGE = "index.html"


VERB = Verb(
    "report",
    "write results as a page to look at",
    results_files("+"),
    option("-o --output DIR", "made if it is missing", Path, required=True),
    option("-f --force", "overwrite an existing page"),
    description="Write results files as one page, DIR/index.html, that needs nothing but a browser.",
)


def run(arguments: argparse.Namespace) -> int:
    path: Path = arguments.output / PAGE
    cells = results.merge(results.read(file) for file in arguments.results)
    _check(path, arguments.force)
    # Drawing is a heavy import: only who asks for a page waits for it.
    from find_mem_leaks.reports.page import render  # noqa: PLC0415

    _write(path, render(cells, datetime.now(UTC)))
    print(f"report: {path}")
    return errors.CLEAN


def _check(path: Path, force: bool) -> None:
    """Raise UsageError for a page that is not to be overwritten, or cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise UsageError(f"{path} is a directory: name another one for the report")
        if path.exists() and not force:
            raise UsageError(f"{path} exists: give -f to overwrite it, or another directory")
    except OSError as error:
        raise _unwritable(path, error) from None


def _write(path: Path, text: str) -> None:
    """Write the page in one step; UsageError if that fails, what was there then stands."""
    try:
        replacing.write(path, text.encode(errors="backslashreplace"))
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path} cannot be written ({error.strerror}): name another directory")
