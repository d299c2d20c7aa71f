"""What goes wrong in a person's hands: one line that says what to do, and the exit code that goes with it."""

from __future__ import annotations

import difflib
import importlib.util
from collections.abc import Iterable, Mapping
from typing import TypeVar

Thing = TypeVar("Thing")
CLEAN = 0
FAILED = 1
USAGE = 2
LEAK = 3
INCONCLUSIVE = 4
INTERRUPTED = 130


class UsageError(Exception):
    """The request cannot be carried out as it stands; the message is one line that says what to do instead."""


def require(module: str, *, of: str, extra: str) -> None:
    """Do nothing if a module is installed beside this tool; UsageError, naming the extra that brings it, if it is not.

    Args:
        module: the module's name, which is also that of its package.
        of: what needs it, as a person calls it.
        extra: the extra of this package.
    """
    if importlib.util.find_spec(module) is None:
        raise UsageError(f'`find-mem-leaks {of}` needs {module}: pip install "find-mem-leaks[{extra}]"')


def look_up(what: str, name: str, named: Mapping[str, Thing]) -> Thing:
    """Return what a name stands for; UsageError with the nearest names if it stands for nothing."""
    if name not in named:
        raise unknown(what, name, named)
    return named[name]


def unknown(what: str, name: str, names: Iterable[str]) -> UsageError:
    """The error for a name that does not exist, with the nearest ones that do."""
    choices = list(names)
    nearest = difflib.get_close_matches(name, choices, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(nearest)}?" if nearest else f"known: {', '.join(choices)}"
    return UsageError(f"there is no {what} {name!r}; {hint}")
