"""A ledger of the shared memory that the measured process and its copies have made: a file in the cell's directory.

A line for each segment: the number of its inode, then its name. In a file, so that the list itself is no growth of the
process that is measured, forked children write into the same, and the tool can remove what is left after the cell.

Only standard library, and importable from either side of the protocol.
"""

from __future__ import annotations

import fcntl
import os
from typing import Any, Iterator, List, Tuple

# Where the C library keeps POSIX shared memory.
FOLDER = "/dev/shm"  # noqa: S108 - the tool makes nothing there
NAME = ".shared-memory"
BLOCK = 512  # bytes, of which ``st_blocks`` counts whatever the file system's own are


def place(name: str) -> str:
    """Return the file of a segment."""
    return os.path.join(FOLDER, name.lstrip("/"))


def note(ledger: str, name: str, inode: int) -> None:
    """Add a segment."""
    descriptor = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, b"%d %s\n" % (inode, os.fsencode(name.lstrip("/"))))
    finally:
        os.close(descriptor)


def there(ledger: str) -> Iterator[Tuple[int, str, int]]:
    """Yield inode, name and bytes of each segment that is still there, and forget the others; none without a ledger."""
    try:
        file = open(ledger, "r+b")  # noqa: SIM115 - closed below
    except FileNotFoundError:
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        gone = 0
        for line in file:
            number, name = line.rstrip(b"\n").split(b" ", 1)
            size = _size(int(number), os.fsdecode(name))
            if size < 0:
                gone += 1
            else:
                yield int(number), os.fsdecode(name), size
        if gone:
            _forget(file)


def remove(directory: str) -> None:
    """Remove what is left of a cell's shared memory."""
    for _, name, _ in there(os.path.join(directory, NAME)):
        try:
            os.unlink(place(name))
        except OSError:  # it went by itself, or is another user's now
            continue


def _size(inode: int, name: str) -> int:
    """Its bytes, those alone that were written to; -1 if it is gone, and another may have its name."""
    try:
        status = os.stat(place(name))
    except OSError:
        return -1
    return status.st_blocks * BLOCK if status.st_ino == inode else -1


def _forget(file: Any) -> None:
    """Write those that are still there over the ledger."""
    file.seek(0)
    kept: List[bytes] = []
    for line in file:
        number, name = line.rstrip(b"\n").split(b" ", 1)
        if _size(int(number), os.fsdecode(name)) >= 0:
            kept.append(line)
    file.seek(0)
    file.truncate()
    file.writelines(kept)
