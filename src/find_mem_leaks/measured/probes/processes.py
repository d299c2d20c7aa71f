"""How many processes the measured one has started, and those in turn, that are still in the system's table: a count.

Those count too that have ended and were not waited for. Source: ``family``.

Cannot see: what a process is for, and an orphan that has made a session of its own.
"""

from __future__ import annotations

from typing import Set

from .. import family

NAME = "child processes"
UNIT = "processes"
THING = "child process"
MISSES = "what a process is for, and an orphan that has made a session of its own"


def read() -> int:
    return len(family.pids())


def numbers() -> Set[int]:
    """The numbers that the system gave them."""
    return set(family.pids())


def hint() -> int:
    """A number that changes at least whenever one is added, as far as the system tells the last number it gave."""
    return family.trace_of_new()
