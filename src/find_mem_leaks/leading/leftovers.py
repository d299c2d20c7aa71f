"""Processes that a cell may leave behind on the machine: those that left its session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import psutil

# By this variable the measured process and all that it starts are known as a cell's, whatever session they are in.
MARK = "FIND_MEM_LEAKS_CELL"
# Processes may start others while they are listed.
SWEEPS = 10


def family(pid: int) -> list[psutil.Process]:
    """Return all descendants of a process."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def end(known: list[psutil.Process], directory: str) -> None:
    """End these processes, and all that bear a cell's mark, the path of its directory."""
    for process in known:
        _kill(process)
    for _ in range(SWEEPS):
        marked = list(_marked(directory))
        if not marked:
            return
        for process in marked:
            _kill(process)


def _marked(directory: str) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == directory and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _kill(process: psutil.Process) -> None:
    """End a process, unless its number is another's by now."""
    if process.pid != os.getpid():
        with suppress(psutil.Error):
            process.kill()
