"""How many file descriptors are open: files, sockets, pipes and connections to databases; a count.

Source: ``/proc/self/fd``, or ``/dev/fd``.

Cannot see: which of them are in use; memory behind them in the kernel.
"""

from __future__ import annotations

import os
from typing import Set

_FOLDER = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"


def read() -> int:
    return len(os.listdir(_FOLDER))


def numbers() -> Set[int]:
    """All that are open, without the one that listing them takes, which is the lowest free."""
    return set(map(int, os.listdir(_FOLDER))) - {hint()}


def hint() -> int:
    """The lowest free number, which each new descriptor gets, so that it changes with each."""
    lowest = os.open("/", os.O_RDONLY)
    os.close(lowest)
    return lowest
