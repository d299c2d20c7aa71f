"""Whatever ends the tool, no measured process outlives it: a process beside it waits for its end.

The tool holds the one end of a pipe and writes there which cells it has begun and ended. When the other end reads the
pipe's end, the tool is gone, however that came, and what is left of its cells is ended and removed.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from typing import IO

from find_mem_leaks import scratch
from find_mem_leaks.leading import leftovers

FAREWELL_SECONDS = 5.0


class Guard:
    """The process that waits."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],  # -P: nothing of where it is called
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C ends the tool alone
        )
        atexit.register(self._end)

    def begun(self, pid: int, directory: str) -> None:
        """A cell has begun: its process, which leads a group, and its directory."""
        self._tell(pid, directory)

    def ended(self, pid: int) -> None:
        """Nothing is left of a cell."""
        self._tell(pid, None)

    def _tell(self, pid: int, directory: str | None) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it was ended by somebody
            self._process.stdin.write(json.dumps([pid, directory]).encode() + b"\n")
            self._process.stdin.flush()

    def _end(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(FAREWELL_SECONDS)


@cache
def guard() -> Guard:
    """The guard of this process, which begins when it is first asked for."""
    return Guard()


def watch(lines: IO[str]) -> None:
    """Wait until the tool has gone, and end what is left of its cells."""
    cells = _left(lines)
    for pid, directory in cells.items():
        known = leftovers.family(pid)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        leftovers.end(known, directory)
    scratch.sweep()


def _left(lines: Iterable[str]) -> dict[int, str]:
    """The cells that have begun and not ended: their directories by their processes."""
    cells: dict[int, str] = {}
    for line in lines:
        pid, directory = json.loads(line)
        cells[pid] = directory
        if directory is None:
            del cells[pid]
    return cells


if __name__ == "__main__":
    watch(sys.stdin)
