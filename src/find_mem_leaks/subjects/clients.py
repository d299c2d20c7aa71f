"""Clients that misbehave, as scenarios of the served stacks: which there are, and which of them suit a stack."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from functools import cache

from find_mem_leaks.errors import unknown
from find_mem_leaks.subjects import catalogue, scenarios
from find_mem_leaks.subjects.catalogue import Stack
from find_mem_leaks.subjects.scenarios import Scenario

ALL = "all"
# The routes that a client needs, one of which is enough; "$id" is a row that does not exist.
NEEDS = {"websocket_dropped": ("websocket",), "handler_raises": ("raise", "$id")}
# The requests of an application that a client needs, one of which is enough, and what there is where there is none.
ROLES = {
    "websocket_dropped": (("websocket",), "it has no WebSocket that its framework tells of"),
    "invalid_bodies": (("with_body",), "none of its requests has a body: give one by --request"),
    "handler_raises": (("raise",), "none of its handlers failed when it was tried: give one that does by --request"),
}
# The module without which the server of the stacks has no WebSockets.
MODULES = {"websocket_dropped": "websockets"}


@cache
def summaries() -> dict[str, str]:
    """The clients by their names, each with what it does. Their file is read, never imported."""
    tree = ast.parse((catalogue.MEASURED / "clients.py").read_text(encoding="utf-8"))
    texts = {node.name: ast.get_docstring(node) or "" for node in tree.body if isinstance(node, ast.FunctionDef)}
    listed = next(
        node.value for node in tree.body if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "BEHAVIOURS"
    )
    assert isinstance(listed, ast.Dict)
    names = [ast.literal_eval(key) for key in listed.keys if key]
    return {name: " ".join(texts[name].split()) for name in names}


def suits(name: str, stack: Stack) -> bool:
    """Return whether a stack has what the client asks for; a stack without scenarios of its own has rows."""
    has = {*stack.routes, *(() if stack.own else ("$id",))}
    return stack.is_served and (name not in NEEDS or not has.isdisjoint(NEEDS[name]))


def find(names: str) -> list[str]:
    """The clients that a list of names stands for; UsageError with the nearest names for what is none."""
    if names == ALL:
        return list(summaries())
    chosen = [name.strip() for name in names.split(",")]
    for name in chosen:
        if name not in summaries():
            raise unknown("client", name, [*summaries(), ALL])
    return list(dict.fromkeys(chosen))


def named(names: str | None, scenarios_: Sequence[str]) -> list[str]:
    """The clients that --clients and -s ask for."""
    chosen = [*(find(names) if names else ()), *(name for name in scenarios_ if name in summaries())]
    return list(dict.fromkeys(chosen))


def of(stack: Stack, names: Sequence[str], missing: Collection[str] = ()) -> list[Scenario]:
    """The scenarios of a stack for the clients that were asked for, but those whose module is missing."""
    return [
        Scenario(name, None, scenarios.OPERATIONS, is_client=True)
        for name in names
        if suits(name, stack) and MODULES.get(name) not in missing
    ]


def lacks(name: str, roles: Collection[str]) -> str:
    """Return why an application with requests for these roles cannot be sent such a client; empty if it can."""
    needed, reason = ROLES.get(name, (("plain",), "none of its routes answered a request"))
    return "" if set(needed) & set(roles) else reason
