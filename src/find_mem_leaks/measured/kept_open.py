"""Files of ``/proc`` about this process that stay open, so that reading one takes no descriptor when none is left."""

from __future__ import annotations

import os

_FOLDER = "/proc/self"


class KeptOpen:
    """One such file; opened when it is first read, and again in a copy of the process, whose own it is not."""

    def __init__(self, name: str) -> None:
        self._path = os.path.join(_FOLDER, name)
        self._owner = -1
        self._descriptor = -1

    def read(self) -> bytes:
        if self._owner != os.getpid():
            self._open()
        try:
            return os.pread(self._descriptor, 16384, 0)
        except OSError:  # the workload has closed it
            self._open()
            return os.pread(self._descriptor, 16384, 0)

    def _open(self) -> None:
        self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        self._owner = os.getpid()


statm = KeptOpen("statm")
status = KeptOpen("status")
smaps_rollup = KeptOpen("smaps_rollup")
