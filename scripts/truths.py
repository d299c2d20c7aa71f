"""Workloads of known truth: files that say in constants whether they leak, and how fast."""

from __future__ import annotations

import ast
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
# The constants that are read; a truth may depend on the version of Python.
CONSTANTS = {"TRUTH", "RATE", "REQUIRES", "HOLDER", "LEAKS"}


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
    tree = ast.parse(file.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if ast.unparse(node) == "import sys" or _is_constant(node)]
    module: dict[str, Any] = {}
    exec(compile(tree, str(file), "exec"), module)  # noqa: S102  a workload is run anyway
    return module


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in CONSTANTS


def marked(file: Path) -> set[int]:
    """Return the numbers of the lines that allocate what is never released, or put it where it stays."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, start=1) if MARK.search(line)}


def workloads(folder: Path, pattern: str, what: str) -> list[Path]:
    """Return the files of a folder; SystemExit if there are none."""
    files = sorted(folder.resolve().glob(pattern))
    if not files:
        raise SystemExit(f"{folder} has no {what} {pattern}: name a folder with files that say what is true of them")
    return files


def controls(folder: Path = CONTROLS, pattern: str = WORKLOADS) -> list[Control]:
    """Return the workloads of a folder; SystemExit if there are none, or one has no truth."""
    return [_control(file) for file in workloads(folder, pattern, "workload")]


def _control(file: Path) -> Control:
    known = constants(file)
    if known.get("TRUTH") not in (LEAKING, CLEAN) or "RATE" not in known:
        raise SystemExit(f'{file} has no truth: give it TRUTH, "leaking" or "clean", and RATE, bytes per operation')
    return Control(file, known["TRUTH"], known["RATE"])
