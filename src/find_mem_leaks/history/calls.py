"""Calls of the tool that ``scripts/bench.py`` makes, so that they go on while asv reads the figures of other stacks.

A call is asked for by a file in a folder that is watched there. They are made one after the other, whichever SQLAlchemy
series asks, so that never more cells are measured at once than one call does.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

# The endings of the files that ask for a call and that say how it ended, and the file that says who makes the calls.
ASKED, ENDED = ".call", ".ended"
MAKER = "maker.txt"
# Seconds between two looks at a call.
PAUSE = 0.1


def run(command: Sequence[str], folder: Path | None) -> subprocess.CompletedProcess[str]:
    """Make a call and wait for its end; here, if there is no folder to ask for it in."""
    if folder is None:
        return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    name = uuid.uuid4().hex
    ask(folder, name, command)
    while (found := ended(folder, name)) is None:
        time.sleep(PAUSE)
    return found


def ask(folder: Path, name: str, command: Sequence[str]) -> None:
    """Ask for a call, unless it was asked for before."""
    file = folder / f"{name}{ASKED}"
    if not file.exists():
        written = file.with_suffix(".written")
        written.write_text(json.dumps({"command": command, "environment": dict(os.environ)}), encoding="utf-8")
        written.replace(file)


def ended(folder: Path, name: str) -> subprocess.CompletedProcess[str] | None:
    """Return how a call ended; None while it runs, or waits for its turn."""
    file = folder / f"{name}{ENDED}"
    if file.exists():
        code, errors = json.loads(file.read_text(encoding="utf-8"))
        return subprocess.CompletedProcess([], code, "", errors)
    return None if _is_made(folder) else subprocess.CompletedProcess([], 1, "", "whoever makes the calls has ended")


def _is_made(folder: Path) -> bool:
    """Return whether the process that makes the calls is there."""
    try:
        os.kill(int((folder / MAKER).read_text(encoding="utf-8")), 0)
    except (OSError, ValueError):
        return False
    return True
