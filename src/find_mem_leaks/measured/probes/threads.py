"""How many threads the process has: a count.

Source: the links of ``/proc/self/task``, since a list of what is in it takes a descriptor; where there is none,
``threading.active_count``, which misses threads that C code started.

Cannot see: whether a thread still does anything.
"""

from __future__ import annotations

import os
import threading
from typing import Set

from .. import family

NAME = "threads"
UNIT = "threads"
THING = "thread"
MISSES = "what a thread is for"

_TASKS = "/proc/self/task"
_HAS_TASKS = os.path.isdir(_TASKS)
# Links of a folder that are not those of folders in it.
_OWN_LINKS = 2


def read() -> int:
    return os.stat(_TASKS).st_nlink - _OWN_LINKS if _HAS_TASKS else threading.active_count()


def numbers() -> Set[int]:
    """The numbers that the system gave them."""
    return set(map(int, os.listdir(_TASKS)))


def hint() -> int:
    """Return a number that changes with each that begins, also where another has ended meanwhile, if the system tells
    the last number that it gave; else how many there are."""
    return hash((os.stat(_TASKS).st_nlink, family.last_number()))
