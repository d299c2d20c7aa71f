"""What goes wrong in a person's hands: one line that says what to do, and the exit code that goes with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

CLEAN = 0
FAILED = 1
USAGE = 2
LEAK = 3
INCONCLUSIVE = 4
INTERRUPTED = 130


class UsageError(Exception):
    """The request cannot be carried out as it stands; the message is one line that says what to do instead."""


def unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    """The error for a name that does not exist, with the nearest ones that do."""
    choices = list(known)
    near = difflib.get_close_matches(name, choices, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(choices)}"
    return UsageError(f"there is no {what} {name!r}; {hint}")
