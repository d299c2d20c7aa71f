"""How many segments of POSIX shared memory the measured process and its forked children have made and not removed: a
count.

Source: the ledger of ``shared_memory``.

Cannot see: what that cannot see but for pages that were never written to.
"""

from __future__ import annotations

import os
from typing import Set

from .. import shared
from . import shared_memory

NAME = "shared memory segments"
UNIT = "segments"
THING = "shared memory segment"
MISSES = "segments that C code, a spawned process or the opening of a file makes, and those of System V"


def read() -> int:
    return sum(1 for _ in shared.there(shared_memory.ledger))


def numbers() -> Set[int]:
    """The inodes of all that are there, which are never given again."""
    return {inode for inode, _, _ in shared.there(shared_memory.ledger)}


def hint() -> int:
    """The length of the ledger, which grows by a line with each."""
    try:
        return os.stat(shared_memory.ledger).st_size
    except OSError:
        return 0
