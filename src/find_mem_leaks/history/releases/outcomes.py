"""What became of each release that was to be measured, kept on disk so that nothing is measured twice."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from find_mem_leaks import __version__, replacing, results
from find_mem_leaks.errors import UsageError
from find_mem_leaks.judging.verdict import Verdict
from find_mem_leaks.leading.order import Order
from find_mem_leaks.results import Cell
from find_mem_leaks.subjects import catalogue
from find_mem_leaks.subjects.databases import Server

LEAKING = {Verdict.CLEAN: False, Verdict.BOUNDED: False, Verdict.LEAKING: True}
KEY_LENGTH = 12


@dataclass(frozen=True)
class Outcome:
    """A release and its cell; without a cell it is n/a, since it could not be installed, and the reason says why."""

    release: str
    cell: Cell | None
    reason: str

    @property
    def leaks(self) -> bool | None:
        """Return whether the release leaks; None where that is not known: n/a, failed or inconclusive."""
        return LEAKING.get(self.cell.verdict) if self.cell else None

    @property
    def is_final(self) -> bool:
        """Return whether it need not be measured again; a stack that failed may have been killed, and is."""
        return self.cell is None or self.cell.verdict is not Verdict.FAILED


@dataclass(frozen=True)
class Course:
    """What every release of a package is measured with.

    python: the interpreter's path; version: its version, in full; requirements: what is installed beside the release;
    order: the stack or file, the scenario and the rules.
    """

    package: str
    python: str
    version: str
    requirements: tuple[str, ...]
    order: Order

    def at(self, server: Server) -> Course:
        """Return the same on a server."""
        return replace(self, order=self.order.at(server))

    @property
    def series(self) -> str:
        """The interpreter's series: ``3.9``."""
        return ".".join(self.version.split(".")[:2])

    @property
    def content(self) -> str:
        """A digest of all that the figures depend on but for the release and the interpreter."""
        order = replace(self.order, file=None, options=())
        parts = [__version__, self.package, list(self.requirements), asdict(order), _workload(self.order)]
        return _digest(parts)

    @property
    def key(self) -> str:
        """A digest of all that the figures depend on but for the release."""
        return _digest([self.content, self.version, os.path.realpath(self.python)])


def _digest(parts: Any) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


def _workload(order: Order) -> str:
    """The content of the file that is measured, as far as it can be found."""
    path = catalogue.MEASURED / "stacks" / f"{order.stack}.py"
    if order.file:
        path = Path(order.file) if order.file.endswith(".py") or os.sep in order.file else _module(order.file)
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return order.file or order.stack


def _module(name: str) -> Path:
    """The file of ``package.module`` below the working directory, from where it is imported."""
    return Path(*name.split(".")).with_suffix(".py")


class Store:
    """The outcomes of one course, a file for each release."""

    def __init__(self, folder: Path, course: Course) -> None:
        self.folder = folder / course.key
        self.folder.mkdir(parents=True, exist_ok=True)

    def path(self, release: str) -> Path:
        return self.folder / f"{release}.json"

    def get(self, release: str) -> Outcome | None:
        """Return what became of the release; None if it was not measured, or the file is damaged."""
        try:
            document = json.loads(self.path(release).read_text(encoding="utf-8"))
            cells = results.from_json(document, release)
            return Outcome(release, cells[0] if cells else None, document["reason"])
        except (OSError, ValueError, KeyError, TypeError, UsageError):
            return None

    def keep(self, outcome: Outcome) -> None:
        """Write it, in one step; OSError if that fails."""
        document = results.to_json([outcome.cell] if outcome.cell else [])
        document.update(release=outcome.release, reason=outcome.reason)
        replacing.write(self.path(outcome.release), json.dumps(document).encode())

    def forget(self, release: str) -> None:
        self.path(release).unlink(missing_ok=True)
