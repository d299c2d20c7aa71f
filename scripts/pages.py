"""What scripts share that write a page or a table of one: their arguments, rows, and the place between two marks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path


def parser(document: str | None, keep: Path | None = None) -> argparse.ArgumentParser:
    """Return what all of them take; ``document`` is the script's own, ``keep`` where its results are kept, if they are.

    The call that a page names is that of the session of the script's name, unless another is given.
    """
    options = argparse.ArgumentParser(description=document, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("-o", "--output", type=Path, help="the page to write, or to write the table into")
    command = f"nox -s {Path(sys.argv[0]).stem}"
    options.add_argument("--command", default=command, help="to be named in the page")
    if keep:
        options.add_argument(
            "--keep", type=Path, default=keep, help=f"folder for results as they come (default: {keep})"
        )
    return options


def row(fields: Iterable[object]) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(str(each).replace('|', chr(92) + '|') for each in fields)} |"


def rows(lines: Iterable[Iterable[object]]) -> str:
    """Return rows of a table, one below the other."""
    return "\n".join(map(row, lines))


def between(page: str, text: str, marks: tuple[str, str]) -> str:
    """Return a page with another text between its marks; SystemExit if it has no place for it."""
    begin, end = marks
    before, first, rest = page.partition(begin)
    _, last, after = rest.partition(end)
    if not (first and last):
        raise SystemExit(f"the page has no lines {begin} and {end}")
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"


def write(text: str, output: Path | None, marks: tuple[str, str] | None = None) -> None:
    """Print a text, and write it to a page: as the whole page, or between its marks."""
    print(text)
    if output:
        page = between(output.read_text(encoding="utf-8"), text, marks) if marks else f"{text.rstrip()}\n"
        output.write_text(page, encoding="utf-8")
