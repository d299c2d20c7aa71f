"""Bytes of the POSIX shared memory that the measured process and its forked children have made and that is still there.

Source: ``st_blocks`` of each segment's file, by a ledger that is written where ``_posixshmem`` makes one, as
``multiprocessing.shared_memory`` does.

Cannot see: segments that a library makes in C, that a spawned process makes, or that are made by opening a file; those
of System V; and pages that were never written to (see ``shared_segments``).
"""

from __future__ import annotations

import contextlib
import importlib
import os
from typing import Any

from .. import shared

_module: Any = importlib.import_module("_posixshmem")

if not os.path.isdir(shared.FOLDER):
    raise OSError("the system has no folder of shared memory")

_make: Any = _module.shm_open
ledger = ""


def begin(directory: str) -> None:
    """Write down from here on what is made, in a file of this directory."""
    global ledger
    ledger = os.path.join(directory, shared.NAME)
    _module.shm_open = shm_open


def shm_open(path: str, flags: int, mode: int = 0o777) -> int:
    """Do what ``_posixshmem.shm_open`` does, and write down what it has made."""
    is_new = flags & os.O_CREAT and (flags & os.O_EXCL or not os.path.exists(shared.place(path)))
    descriptor: int = _make(path, flags, mode=mode)
    if is_new:
        # Where the cell's directory is full or gone, the workload has its memory none the less.
        with contextlib.suppress(OSError):
            shared.note(ledger, path, os.fstat(descriptor).st_ino)
    return descriptor


def read() -> int:
    return sum(size for _, _, size in shared.there(ledger))
