"""Statements of the tests of a verdict: the docstrings of ``criteria.py`` and ``hands_off.py``, list by list.

The files are read, not imported: they import this one.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILES = [Path(__file__).parent / name for name in ("criteria.py", "hands_off.py")]
# What the lists decide, by their names in those files.
DECIDES = {
    "STEADY": "a reading that passes all of these grows steadily",
    "BY_JUMPS": "live bytes that pass all of these grow by jumps",
    "CONVICTING": "growth is a leak if all of these are passed",
    "RUN_OUT": "where an operation failed, it is a leak if a reading that grows steadily passes all of these",
    "ACQUITTING": "a cell without a leak is clean or bounded if all of these are passed, else inconclusive",
    "NEVER_COLLECTED": "as deployed, memory is garbage that its settings never collect if all of these are passed",
    "NEVER_RETURNED": "as deployed, memory is kept by an allocator without bound if all of these are passed",
    "STAYING_SMALL": "as deployed, a clean or bounded cell stays so if all of these are passed, else inconclusive",
}


@dataclass(frozen=True)
class Statement:
    """A test in words.

    Attributes:
        name: name of the test.
        asks: a statement that is true of what passes.
        figure: what is compared.
        threshold: what it is held against, and where that comes from.
        at_most: whether the figure must not exceed the threshold; else it must reach it.
        decides: what the list decides that the test is in.
        otherwise: of a test that acquits, the reason of a cell that does not pass it; else empty.
    """

    name: str
    asks: str
    figure: str
    threshold: str
    at_most: bool
    decides: str
    otherwise: str


def read(name: str, docstring: str, decides: str = "") -> Statement:
    """Read a test's docstring."""
    text = " ".join(f"Asks: {docstring}".split())
    parts = re.split(r"(?:^| )(Asks|Figure|At least|At most|Otherwise): ", text)[1:]
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    threshold = sections.get("At most") or sections["At least"]
    texts = (sections["Asks"], sections["Figure"].rstrip("."), threshold.rstrip("."), "At most" in sections)
    return Statement(name.replace("_", " "), *texts, decides, sections.get("Otherwise", ""))


@cache
def statements() -> dict[str, Statement]:
    """Return all tests by their names, in the order in which they are put."""
    body = [node for file in FILES for node in ast.parse(file.read_text(encoding="utf-8")).body]
    functions = {node.name: ast.get_docstring(node) for node in body if isinstance(node, ast.FunctionDef)}
    lists = {ast.unparse(node.targets[0]): node.value for node in body if isinstance(node, ast.Assign)}
    tests = [
        read(node.id, functions[node.id] or "", DECIDES[name])
        for name in DECIDES
        for node in ast.walk(lists[name])
        if isinstance(node, ast.Name) and node.id in functions
    ]
    return {test.name: test for test in tests}
