"""The stacks that ship, found by their files' names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).parents[1] / "measured"
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# The function of a stack that is one operation, as a person's own workload is; also the name of its one scenario.
OPERATION = "operation"
# How functions begin that are one of several operations.
PREFIX = f"{OPERATION}_"


@dataclass(frozen=True)
class Stack:
    """One file of ``measured/stacks``.

    Attributes:
        name: the file's name.
        summary: the first paragraph of its docstring.
        requires: the modules that it needs.
        truth: the verdict that is known to be true of a control; else None.
        architecture: the stacks that it is listed with.
        own: the scenarios that only this stack has, each with its truth; None if it takes those of all stacks.
        is_portable: whether it works on any database that it is given.
        only: the kinds of server that some of its own scenarios need.
        routes: paths for clients that misbehave.
    """

    name: str
    summary: str
    requires: tuple[str, ...]
    truth: str | None = None
    architecture: str = "SQLAlchemy"
    own: Mapping[str, str | None] | None = None
    is_portable: bool = False
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    routes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_served(self) -> bool:
        """Return whether it runs behind a server, which takes its time."""
        return "uvicorn" in self.requires

    @property
    def is_async(self) -> bool:
        """Return whether it asks its database asynchronously."""
        return "aiosqlite" in self.requires

    @property
    def is_control(self) -> bool:
        return self.truth is not None or (self.own is not None and not self.is_of_drivers)

    @property
    def is_of_drivers(self) -> bool:
        """Return whether its scenarios load a driver: it is measured where it is named, or a server is."""
        return self.is_portable and self.own is not None

    @property
    def is_usual(self) -> bool:
        """Return whether it is measured where no stack is named."""
        return not (self.is_control or self.is_of_drivers)

    def has(self, scenario: str, server: str) -> bool:
        """Return whether one of its own scenarios can be carried out on a kind of server."""
        return server in self.only.get(scenario, (server,))

    def truth_of(self, scenario: str) -> str | None:
        """The verdict that is known to be true of the stack under a scenario, None where that is to be found out."""
        return self.own.get(scenario) if self.own else self.truth

    @property
    def truths(self) -> str:
        """All that is known to be true of it, for a person to read; empty where that is to be found out."""
        if not self.own:
            return self.truth or ""
        return ", ".join(f"{scenario} {truth}" for scenario, truth in self.own.items() if truth)


def stacks() -> dict[str, Stack]:
    """The stacks that ship, by name. Their files are read, never imported: that is the measured process's part."""
    files = sorted((MEASURED / "stacks").glob("[!_]*.py"))
    return {file.stem: _read_stack(file) for file in files}


def _read_stack(file: Path) -> Stack:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    summary = (ast.get_docstring(tree) or file.stem).split("\n\n")[0].replace("\n", " ")
    truth, own = _constant(tree, "TRUTH"), _constant(tree, "SCENARIOS")
    if _constant(tree, "ON_DATABASE"):
        own = dict.fromkeys(operations(tree.body))
    elif own is None and OPERATION in operations(tree.body):
        own = {OPERATION: truth}
    return Stack(
        name=file.stem,
        summary=summary,
        requires=tuple(_constant(tree, "REQUIRES") or ()),
        truth=truth,
        architecture=_constant(tree, "ARCHITECTURE") or Stack.architecture,
        own=own,
        is_portable=_is_portable(tree),
        only=_constant(tree, "ONLY") or {},
        routes=_constant(tree, "ROUTES") or {},
    )


def operations(nodes: Iterable[ast.stmt]) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions among a file's statements that are operations, by the names of their scenarios."""
    functions = [node for node in nodes if isinstance(node, DEFINITIONS)]
    return {
        function.name.removeprefix(PREFIX): function
        for function in functions
        if function.name == OPERATION or function.name.startswith(PREFIX)
    }


def _is_portable(tree: ast.Module) -> bool:
    """Return whether a stack is a class that is given its database, or says that its functions are."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Stack"]
    on_engines = any("engines" in ast.unparse(node) for node in tree.body if isinstance(node, ast.ImportFrom))
    return bool(_constant(tree, "ON_DATABASE")) or bool(classes and on_engines)


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
