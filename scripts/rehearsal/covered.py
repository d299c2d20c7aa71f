"""What a data file of coverage says was run: by its tables, which are documented; coverage itself need not be here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

ARCS = "SELECT file.path, arc.fromno, arc.tono FROM arc JOIN file ON file.id = arc.file_id"
Arc = tuple[str, int, int]


def arcs(file: Path) -> frozenset[Arc]:
    """The steps from line to line that were taken: the file's path, and both lines."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as data:
        return frozenset(data.execute(ARCS))


def joined(whole: Iterable[Arc], parts: Iterable[frozenset[Arc]]) -> bool:
    """Whether the whole is all of its parts, and more than any of them."""
    every = frozenset(whole)
    each = list(parts)
    return every == frozenset().union(*each) and all(part < every for part in each)
