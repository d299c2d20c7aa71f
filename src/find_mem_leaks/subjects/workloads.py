"""A person's own workloads: telling them from the names of stacks, and naming their cells."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from find_mem_leaks.errors import UsageError
from find_mem_leaks.subjects.catalogue import OPERATION
from find_mem_leaks.subjects.scenarios import OPERATIONS, Scenario


def find(names: Sequence[str]) -> dict[str, str]:
    """The workloads among the names: what to load (an absolute path, or package.module as it is), and its label.

    A name with a path separator or the ending ``.py`` is a file, one with a dot a module; UsageError if a file is
    missing. The label is the file's name without its ending, or its whole path where two would have the same.
    """
    targets = [name for name in dict.fromkeys(names) if _is_file(name) or _is_module(name)]
    for name in filter(_is_file, targets):
        if not Path(name).is_file():
            raise UsageError(f"there is no file {name}: name a Python file with a function operation(i)")
    times = Counter(_stem(name) for name in targets)
    return {name: _stem(name) if times[_stem(name)] == 1 else name for name in targets}


def scenario(operations: int | None) -> Scenario:
    """The scenario of every workload, for the columns of a table."""
    return Scenario(OPERATION, None, operations or OPERATIONS)


def _is_file(name: str) -> bool:
    return os.sep in name or name.endswith(".py")


def _is_module(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", name) is not None


def _stem(name: str) -> str:
    return Path(name).stem if _is_file(name) else name
