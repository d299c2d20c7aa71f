"""Folders that a run makes for its own use: gone when it ends, and if it was killed, when the next run begins.

A lock on a file beside each says that its owner lives: the system gives it up with the owner, however that ends.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType

from find_mem_leaks.measured import shared

PREFIX = "find-mem-leaks-"
LOCK = ".lock"
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there is locked, and made by mkstemp


class Folder:
    """A new folder that only this user may read, as a context manager of its path.

    Args:
        purpose: a word for its name.
        in_memory: on a file system in memory, where there is one that can be written to.
    """

    def __init__(self, purpose: str = "", *, in_memory: bool = False) -> None:
        _sweep_once()
        is_in_memory = in_memory and os.access(IN_MEMORY, os.W_OK)
        self._descriptor, self._lock = _locked(purpose, IN_MEMORY if is_in_memory else None)
        self.path = self._lock.removesuffix(LOCK)
        Path(self.path).mkdir(0o700)

    def remove(self) -> None:
        _remove(self.path, self._lock)
        os.close(self._descriptor)

    def __enter__(self) -> str:
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def sweep() -> None:
    """Remove all folders whose owners no longer live."""
    for parent in {Path(tempfile.gettempdir()), IN_MEMORY}:
        for lock in parent.glob(f"{PREFIX}*{LOCK}"):
            with suppress(OSError):  # it is another user's, or it has gone
                _remove_if_nobodys(str(lock))


_sweep_once = cache(sweep)


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file in one step; OSError if that fails, what was there then stands."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".find-mem-leaks.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _locked(purpose: str, parent: Path | None) -> tuple[int, str]:
    """A lock that is held, on a new file: another run that sweeps may have taken and removed it before it was."""
    prefix = f"{PREFIX}{purpose}-" if purpose else PREFIX
    while True:
        descriptor, path = tempfile.mkstemp(prefix=prefix, suffix=LOCK, dir=parent)
        if _takes(descriptor) and os.fstat(descriptor).st_nlink:
            return descriptor, path
        os.close(descriptor)


def _takes(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove_if_nobodys(lock: str) -> None:
    descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    try:
        if _takes(descriptor):
            _remove(lock.removesuffix(LOCK), lock)
    finally:
        os.close(descriptor)


def _remove(path: str, lock: str) -> None:
    """Remove a folder, the shared memory that a cell in it made, and its lock."""
    shared.remove(path)
    shutil.rmtree(path, ignore_errors=True)
    Path(lock).unlink(missing_ok=True)
