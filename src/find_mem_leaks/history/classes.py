"""The classes of the asv suite: one for each stack that is not a control, made from the list of stacks.

asv keys what ``setup_cache`` measured by its module and line, and reads the source of what it runs. So the classes of a
module are written as text, one below the other, and ``linecache`` keeps the text, where ``inspect`` finds it.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..subjects.catalogue import Stack

IMPORTS = "from .suite import ServedSuite, Suite\n"
CLASS = """

class {name}({base}):
    stack = "{stack}"

    def setup_cache(self):
        return self.measure()
"""


def module(stack: Stack) -> str:
    """The module of the suite that has the stack's class; in ``controls`` they are written by hand, and there is no
    ``drivers``: ``databases`` has those, one for each driver."""
    if stack.is_of_drivers:
        return "drivers"
    if stack.is_control:
        return "controls"
    if "dependency_injector" in stack.requires:
        return "injected"
    return "served" if stack.is_served else "plain"


def name(stack: Stack) -> str:
    """The name of the stack's class: ``sync_session`` → ``SyncSession``."""
    return "".join(part.title() for part in stack.name.split("_"))


def source(stacks: Iterable[Stack]) -> str:
    """The text of the classes."""
    return IMPORTS + "".join(
        CLASS.format(
            name=name(stack),
            base="ServedSuite" if stack.is_served else "Suite",
            stack=stack.name,
        )
        for stack in stacks
    )


def define(namespace: dict[str, Any], stacks: Iterable[Stack]) -> None:
    """Add to a module of the suite the classes of those stacks that belong to it."""
    add(namespace, source(each for each in stacks if module(each) == namespace["__name__"].rpartition(".")[2]))


def add(namespace: dict[str, Any], text: str) -> None:
    """Add the classes of a text to a module of the suite.

    Their lines begin after the last one of the module's own file, so that classes written there have other keys.
    """
    own_lines = linecache.getlines(namespace["__file__"])
    text = "\n" * len(own_lines) + text
    file = f"<stacks of {namespace['__name__']}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), namespace)  # noqa: S102 - names of files, and nothing else, are filled in
