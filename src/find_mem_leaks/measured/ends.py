"""The two ends of the protocol in the measured process, as long as they are what they were.

A workload that closes descriptors that it has not opened (``os.closerange(3, …)``) closes these too; the next file or
connection that it opens may then get their numbers, and is not to be read or written to by us.
"""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Optional, Tuple

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class ClosedError(Exception):
    """The workload has closed an end of the protocol."""

    def __init__(self) -> None:
        super().__init__("it closes file descriptors that it has not opened, the measurement's too: close only its own")


class End(io.FileIO):
    """A descriptor that is read or written only while it is the file that it was."""

    def __init__(self, descriptor: int, mode: str) -> None:
        super().__init__(descriptor, mode)
        self._identity = _identity(descriptor)

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._check()
        return super().readinto(buffer) or 0

    def write(self, content: ReadableBuffer) -> int:
        self._check()
        return super().write(content) or 0

    def _check(self) -> None:
        if self._identity != _identity(self.fileno()):
            raise ClosedError


def _identity(descriptor: int) -> Optional[Tuple[int, int]]:
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino
