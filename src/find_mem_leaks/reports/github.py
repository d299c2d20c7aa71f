"""GitHub's annotations: an error at each line of the person's own code that leaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from find_mem_leaks.culprit import Culprit, Frame
from find_mem_leaks.explaining.ranking import LIBRARY
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.reports.columns import amount, unexplained
from find_mem_leaks.results import Cell

FORMAT = "github"
# What would end a message or a property; the percent sign comes first, since it begins what stands for the others.
MESSAGE = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
PROPERTY = (*MESSAGE, (":", "%3A"), (",", "%2C"))


def render(cells: Sequence[Cell]) -> str:
    """A line for each line of own code below the current directory that leaks, or by which a library does, and for
    each cell without a line, but for controls that should leak."""
    return "\n".join(line for cell in cells for line in _annotations(cell))


def _annotations(cell: Cell) -> Iterator[str]:
    if cell.verdict is not Verdict.LEAKING or cell.reads_as_its_truth:
        return
    marked: set[tuple[str, int]] = set()
    for culprit in cell.culprits:
        place = _marked(culprit)
        if place and place not in marked:
            marked.add(place)
            yield _annotation(cell, culprit, *place)
    missing = unexplained(cell) or ("" if cell.culprits else cell.reason)
    if missing:
        yield f"::error title={_escaped(_title(cell), PROPERTY)}::{_escaped(missing, MESSAGE)}"


def _title(cell: Cell) -> str:
    return f"{cell.stack} {cell.scenario} leaks"


def _marked(culprit: Culprit) -> tuple[str, int] | None:
    """File and line of the innermost own frame that lies here, which a library may allocate for."""
    here = ((_below_here(frame), frame.line) for frame in culprit.stack if not LIBRARY.search(frame.file))
    return next(((file, line) for file, line in here if file is not None), None)


def _annotation(cell: Cell, culprit: Culprit, file: str, line: int) -> str:
    properties = {"file": file, "title": _title(cell)}
    if line:
        properties = {"file": file, "line": str(line), "title": properties["title"]}
    named = ",".join(f"{name}={_escaped(value, PROPERTY)}" for name, value in properties.items())
    return f"::error {named}::{_escaped(f'{culprit.frame.function}: {amount(culprit)}', MESSAGE)}"


def _below_here(frame: Frame) -> str | None:
    """The file's path from the current directory; None if it lies elsewhere, or is none, such as ``<string>``."""
    here, file = Path.cwd().resolve(), Path(frame.file)
    if not file.is_absolute() and not file.is_file():
        return None
    resolved = file.resolve()
    return resolved.relative_to(here).as_posix() if resolved.is_relative_to(here) else None


def _escaped(text: str, replacements: Sequence[tuple[str, str]]) -> str:
    for character, replacement in replacements:
        text = text.replace(character, replacement)
    return text
