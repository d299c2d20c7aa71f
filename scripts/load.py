"""The load beside a measurement: an idle machine, or two busy processes; and the processor time of what was started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from resource import RUSAGE_CHILDREN, getrusage

IDLE = "idle"
BUSY = "busy"
#: busy processes beside a measurement, by condition
PROCESSES = {IDLE: 0, BUSY: 2}
# Ends by itself if this script was killed and could not end it.
LOOP = """
import os, sys
while os.getppid() == int(sys.argv[1]):
    for _ in range(1_000_000):
        pass
"""


@contextmanager
def beside(condition: str) -> Iterator[None]:
    """Keep as many cores busy as the condition says, until the block ends."""
    command = [sys.executable, "-c", LOOP, str(os.getpid())]
    running = [subprocess.Popen(command) for _ in range(PROCESSES[condition])]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def processor() -> float:
    """Return seconds of the processor of all processes that were started here and have ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
