"""Files that are replaced in one step, so that none is ever half-written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Replace a file, or make it; OSError if that fails: what was there then stands, and nothing is left beside it."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".find-mem-leaks.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
