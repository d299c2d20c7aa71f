"""What detectors answer about workloads of known truth, and the file that keeps a peer's answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from load import BUSY, IDLE
from truths import Control

UNDECIDED = "undecided"


@dataclass(frozen=True)
class Answer:
    """A detector's answer about one control.

    Attributes:
        control: the workload.
        verdict: ``leaking``, ``clean`` or ``undecided``.
        seconds: seconds on the clock that it took.
        detail: the detector's reason, one line.
    """

    control: Control
    verdict: str
    seconds: float
    detail: str

    @property
    def is_right(self) -> bool:
        return self.verdict == self.control.truth


@dataclass(frozen=True)
class Setting:
    """Seed of a run, and the load beside it."""

    seed: int = 0
    condition: str = IDLE

    def __str__(self) -> str:
        return f"{self.condition}, seed {self.seed}"


@dataclass(frozen=True)
class Run:
    """One detector's answers about all controls, in the controls' order."""

    setting: Setting
    answers: tuple[Answer, ...]


def halves(seeds: int) -> list[Setting]:
    """Return seeds from 1 on: the first half, the larger one, on an idle machine, the second half on a busy one."""
    idle = (seeds + 1) // 2
    return [Setting(seed, IDLE if seed <= idle else BUSY) for seed in range(1, seeds + 1)]


def alternating(seeds: int) -> list[Setting]:
    """Return seeds from 1 on: the odd ones on a busy machine, the even ones on an idle one."""
    return [Setting(seed, BUSY if seed % 2 else IDLE) for seed in range(1, seeds + 1)]


def folder_for(files: Iterable[Path], folder: Path) -> Path:
    """Return the subfolder for results that these files make: another one as soon as any of them changes."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file}\0".encode() + file.read_bytes() + b"\0")
    subfolder = folder / digest.hexdigest()[:10]
    subfolder.mkdir(parents=True, exist_ok=True)
    return subfolder


class Journal:
    """A file that a peer's answers are added to as they come, one line of JSON each."""

    def __init__(self, file: Path, chosen: Sequence[Control]) -> None:
        self._file, self._lock = file, Lock()
        self._chosen = {control.name: control for control in chosen}

    def read(self) -> dict[Control, Answer]:
        """Return the answers so far; a line that an interruption cut off does not count."""
        text = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        records = [record for record in map(_record, text.splitlines()) if record]
        answers = [Answer(self._chosen[record.pop("control")], **record) for record in records]
        return {answer.control: answer for answer in answers}

    def add(self, answer: Answer) -> None:
        record = {**vars(answer), "control": answer.control.name}
        # The end of a line comes first: the line before may have been cut off.
        with self._lock, self._file.open("a", encoding="utf-8") as file:
            file.write(f"\n{json.dumps(record)}")


def _record(line: str) -> dict[str, Any] | None:
    try:
        return dict(json.loads(line))
    except ValueError:
        return None
