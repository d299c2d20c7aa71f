"""How many file descriptors are open: files, sockets, pipes and connections to databases; a count.

Source: ``/proc/self/fd``, or ``/dev/fd``.

Cannot see: which of them are in use; memory behind them in the kernel.
"""

from __future__ import annotations

import errno
import os
import resource
from typing import Set

NAME = "file descriptors"
UNIT = "descriptors"
THING = "file descriptor"
MISSES = "what a descriptor is for"

_FOLDER = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"


def read() -> int:
    """All that are open and the one that listing them takes. If none is left for that, all numbers below the limit are
    taken."""
    try:
        return len(os.listdir(_FOLDER))
    except OSError as error:
        if error.errno != errno.EMFILE:
            raise
        return resource.getrlimit(resource.RLIMIT_NOFILE)[0] + 1


def numbers() -> Set[int]:
    """All that are open, without the one that listing them takes, which is the lowest free."""
    return set(map(int, os.listdir(_FOLDER))) - {hint()}


def hint() -> int:
    """The lowest free number, which each new descriptor gets, so that it changes with each."""
    lowest = os.open("/", os.O_RDONLY)
    os.close(lowest)
    return lowest
