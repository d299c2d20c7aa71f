"""Workloads of known truth: files that say in constants whether they leak, and how fast."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTROLS = Path(__file__).resolve().parents[1] / "tests" / "controls"
LEAKING = "leaking"
CLEAN = "clean"
# A file whose name begins with an underscore is not a workload.
WORKLOADS = "[a-z]*.py"
# How a line ends that allocates what is never released.
MARK = re.compile(r"#.*\bleaks$")
# How the lines begin that are read: a truth may depend on the version of Python.
CONSTANTS = ("TRUTH =", "RATE =", "REQUIRES =", "HOLDER =", "import sys")


@dataclass(frozen=True)
class Control:
    """One workload of known truth.

    Attributes:
        path: the file, absolute.
        truth: ``leaking`` or ``clean``.
        rate: bytes per operation that it leaks; None where that cannot be stated.
    """

    path: Path
    truth: str
    rate: float | None

    @property
    def name(self) -> str:
        return self.path.stem


def constants(file: Path) -> dict[str, Any]:
    """Return the constants of a workload, without importing what else it needs."""
    spec = importlib.util.spec_from_loader(file.stem, loader=None)
    assert spec is not None
    module = vars(importlib.util.module_from_spec(spec))
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith(CONSTANTS)]
    exec("\n".join(lines), module)  # noqa: S102  a workload is run anyway
    return module


def controls(folder: Path = CONTROLS, pattern: str = WORKLOADS) -> list[Control]:
    """Return the workloads of a folder; SystemExit if there are none, or one has no truth."""
    files = sorted(folder.resolve().glob(pattern))
    if not files:
        raise SystemExit(f"{folder} has no workload {pattern}: name a folder with files that have TRUTH and RATE")
    return [_control(file) for file in files]


def _control(file: Path) -> Control:
    known = constants(file)
    if known.get("TRUTH") not in (LEAKING, CLEAN) or "RATE" not in known:
        raise SystemExit(f'{file} has no truth: give it TRUTH, "leaking" or "clean", and RATE, bytes per operation')
    return Control(file, known["TRUTH"], known["RATE"])
