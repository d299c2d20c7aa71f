"""Leaks that are known, by place and kind, and the file that lists them: a run is gated by what is not in it.

A place is a file and a function, so that lines may move; where no line was found it is the cell itself. Below each leak
stand the cells that it was seen in: by them a leak is told to be fixed, and one whose line was not found this time is
still known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from find_mem_leaks import replacing
from find_mem_leaks.culprit import Culprit
from find_mem_leaks.errors import UsageError
from find_mem_leaks.explaining.ranking import is_own
from find_mem_leaks.judging.probes import PROBES
from find_mem_leaks.judging.verdict import ACQUITTED, Verdict
from find_mem_leaks.reports.columns import shown
from find_mem_leaks.results import Cell

MEMORY = "memory"
HEADER = (
    "# Leaks that are known, as PLACE: KIND, and below each the cells that it was seen in. A run with --known fails",
    "# for others alone. Comments above a leak stay with it.",
)


@dataclass(frozen=True, order=True)
class Leak:
    """What leaks: the place, and the kind of what grows, ``memory`` or the things that are counted."""

    place: str
    kind: str

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}"


@dataclass(frozen=True, order=True)
class Known:
    """A leak that is known.

    Attributes:
        leak: what leaks.
        cells: names of the cells that it was seen in.
        comments: lines that a person wrote above it or among its cells; of the last, below it too.
    """

    leak: Leak
    cells: tuple[str, ...] = ()
    comments: tuple[str, ...] = field(default=(), compare=False)


def name(cell: Cell) -> str:
    """The name of a cell in the file."""
    return f"{cell.stack} {cell.scenario}"


def leaks(cell: Cell) -> tuple[Leak, ...]:
    """The leaks of a cell: at each place in a person's own code, else in libraries, else in the cell as such; none of a
    control that leaks as it should."""
    if not _counts(cell):
        return ()
    own = [culprit for culprit in cell.culprits if is_own(culprit.frame)]
    places = [_place(culprit) for culprit in own or cell.culprits] or [name(cell)]
    return tuple(Leak(place, _kind(cell)) for place in dict.fromkeys(places))


def new(cell: Cell, known: Collection[Known]) -> tuple[Leak, ...]:
    """The leaks of a cell that are not known."""
    listed = {each.leak for each in known}
    kinds = {each.leak.kind for each in known if _is_of_cell(each, cell)}
    return tuple(leak for leak in leaks(cell) if leak not in listed and leak.kind not in kinds)


def is_known(cell: Cell, known: Collection[Known]) -> bool:
    """Return whether a cell leaks, and only in ways that are known."""
    return bool(leaks(cell)) and not new(cell, known)


def fixed(known: Iterable[Known], cells: Iterable[Cell]) -> list[Known]:
    """The known leaks that no cell has any more: all cells that they were seen in were measured and acquitted."""
    by_name = _by_name(cells)
    still_there = {leak for several in by_name.values() for cell in several for leak in leaks(cell)}
    gone = {name for name, several in by_name.items() if all(cell.verdict in ACQUITTED for cell in several)}
    return [each for each in known if each.cells and gone.issuperset(each.cells) and each.leak not in still_there]


def updated(known: Iterable[Known], cells: Iterable[Cell]) -> list[Known]:
    """The list as these cells make it: with the leaks that they have, without those that they have no longer. What was
    not measured, or came to no verdict, stays as it is."""
    listed = list(known)
    by_name = _by_name(cells)
    seen = {each.leak: [name for name in each.cells if not _is_settled(by_name.get(name, ()))] for each in listed}
    for name_of_cell, several in by_name.items():
        for leak in dict.fromkeys(leak for cell in several for leak in _to_list(cell, listed)):
            names = seen.setdefault(leak, [])
            if name_of_cell not in names:
                names.append(name_of_cell)
    by_hand = {each.leak for each in listed if not each.cells}
    comments = {each.leak: each.comments for each in listed}
    return sorted(
        Known(leak, tuple(sorted(names)), comments.get(leak, ()))
        for leak, names in seen.items()
        if names or leak in by_hand
    )


def parse(text: str, source: str) -> list[Known]:
    """The leaks that a file's text lists; UsageError, naming the line, for what is none."""
    listed: list[Known] = []
    comments: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words.startswith("#"):
            if line[:1].isspace() and listed:
                listed[-1] = replace(listed[-1], comments=(*listed[-1].comments, words))
            elif words not in HEADER:
                comments.append(words)
        elif line[:1].isspace() and words and listed:
            listed[-1] = replace(listed[-1], cells=(*listed[-1].cells, words))
        elif words:
            listed.append(Known(_leak(line, f"{source}:{number}"), comments=tuple(comments)))
            comments.clear()
    if comments and listed:
        listed[-1] = replace(listed[-1], comments=(*listed[-1].comments, *comments))
    return listed


def text(known: Iterable[Known]) -> str:
    """The file's text."""
    return "\n".join([*HEADER, *(line for each in known for line in _lines(each))]) + "\n"


def read(path: Path) -> list[Known]:
    """The leaks that a file lists; UsageError if it cannot be read."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text in UTF-8"
        raise UsageError(f"{path} cannot be read ({reason}): --update-known writes such a file") from None


def write(path: Path, known: Iterable[Known]) -> None:
    """Write the leaks into a file; UsageError if that cannot be done."""
    try:
        replacing.write(path, text(known).encode(errors="backslashreplace"))
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): name another file") from None


def _counts(cell: Cell) -> bool:
    return cell.verdict is Verdict.LEAKING and not cell.reads_as_its_truth


def _place(culprit: Culprit) -> str:
    return f"{shown(culprit.frame.file)} in {culprit.frame.function}"


def _kind(cell: Cell) -> str:
    """Return what grows: things that are counted, which take memory too, or memory."""
    return next((probe.name for probe in PROBES if probe.thing and probe.key in cell.convicted_by), MEMORY)


def _is_of_cell(known: Known, cell: Cell) -> bool:
    """Return whether a known leak of the same kind stands for whatever this cell leaks: because no line was found of it
    this time, or none is known."""
    cell_name = name(cell)
    return known.leak.place == cell_name or (cell_name in known.cells and not cell.culprits)


def _to_list(cell: Cell, listed: Collection[Known]) -> tuple[Leak, ...]:
    """The leaks that a cell is to be listed under: without a line the places that are known of it, if any are."""
    if cell.culprits:
        return leaks(cell)
    kinds = {leak.kind for leak in leaks(cell)}
    before = tuple(each.leak for each in listed if each.leak.kind in kinds and name(cell) in each.cells)
    return before or leaks(cell)


def _is_settled(cells: Sequence[Cell]) -> bool:
    """Return whether it is known of a cell, in all environments, that it leaks no more or where."""
    return bool(cells) and all(cell.verdict in ACQUITTED or _counts(cell) for cell in cells)


def _by_name(cells: Iterable[Cell]) -> Mapping[str, list[Cell]]:
    by_name: dict[str, list[Cell]] = {}
    for cell in cells:
        by_name.setdefault(name(cell), []).append(cell)
    return by_name


def _leak(line: str, source: str) -> Leak:
    place, separator, kind = line.rpartition(": ")
    if not separator or line[:1].isspace():
        raise UsageError(f"{source}: {line.strip()!r} is not a leak, such as 'shop/orders.py in create: memory'")
    return Leak(place.strip(), kind.strip())


def _lines(known: Known) -> Iterator[str]:
    yield ""
    yield from known.comments
    yield str(known.leak)
    for each in known.cells:
        yield f"    {each}"
