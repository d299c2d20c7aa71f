"""Files that are replaced in one step, so that none is ever half-written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Replace a file, or make it; OSError if that fails: what was there then stands, and nothing is left beside it.

    Where the path is a link, what it leads to is replaced. Who may read the file is as if it had been made anew.
    """
    path = path.resolve()
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".find-mem-leaks.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    """The permissions that new files do not get; they can only be read by being set."""
    umask = os.umask(0o077)
    os.umask(umask)
    return umask
