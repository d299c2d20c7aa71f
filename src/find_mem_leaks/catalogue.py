"""The stacks that ship, found by their files' names."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).parent / "measured"


@dataclass(frozen=True)
class Stack:
    """One file of ``measured/stacks``: its name, its docstring's first paragraph, the modules that it needs; of a
    control the verdict that is known to be true of it, else None."""

    name: str
    summary: str
    requires: tuple[str, ...]
    truth: str | None = None


def stacks() -> dict[str, Stack]:
    """The stacks that ship, by name. Their files are read, never imported: that is the measured process's part."""
    files = sorted((MEASURED / "stacks").glob("[!_]*.py"))
    return {file.stem: _read_stack(file) for file in files}


def _read_stack(file: Path) -> Stack:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    summary = (ast.get_docstring(tree) or file.stem).split("\n\n")[0].replace("\n", " ")
    return Stack(file.stem, summary, tuple(_constant(tree, "REQUIRES") or ()), _constant(tree, "TRUTH"))


def _constant(tree: ast.Module, name: str) -> Any:
    """The value of a module's constant, or what a neighbour is asked for that it is imported from."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
        if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names):
            return _constant(_neighbour(str(node.module)), name)
    return None


def _neighbour(module: str) -> ast.Module:
    return ast.parse((MEASURED / "stacks" / f"{module}.py").read_text(encoding="utf-8"))
