"""The stacks that ship, found by their files' names."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

MEASURED = Path(__file__).parent / "measured"


@dataclass(frozen=True)
class Stack:
    """One file of ``measured/stacks``: its name, the first line of its docstring, the modules that it needs."""

    name: str
    summary: str
    requires: tuple[str, ...]


def stacks() -> dict[str, Stack]:
    """The stacks that ship, by name. Their files are read, never imported: that is the measured process's part."""
    files = sorted((MEASURED / "stacks").glob("[!_]*.py"))
    return {file.stem: _read_stack(file) for file in files}


def _read_stack(file: Path) -> Stack:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    summary = (ast.get_docstring(tree) or file.stem).split("\n\n")[0].replace("\n", " ")
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "REQUIRES":
            return Stack(file.stem, summary, tuple(ast.literal_eval(node.value)))
    return Stack(file.stem, summary, ())
