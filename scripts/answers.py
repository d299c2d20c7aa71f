"""What detectors answer about workloads of known truth, and the files that keep a peer's answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from load import BUSY, IDLE
from truths import Control

from find_mem_leaks import replacing

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


def read(file: Path, control: Control) -> Answer:
    """Return the answer about a control that a file has."""
    return Answer(control, **json.loads(file.read_text(encoding="utf-8")))


def write(file: Path, answer: Answer) -> None:
    """Keep an answer, in one step: an interruption leaves no half of it."""
    fields = {name: value for name, value in vars(answer).items() if name != "control"}
    replacing.write(file, json.dumps(fields).encode())
