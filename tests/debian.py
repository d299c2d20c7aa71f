"""Packages of Debian that tests need, installed where they are missing."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

# Test processes that need packages install them one after the other: apt does not wait for its lists' lock.
TURN = Path(tempfile.gettempdir()) / "find-mem-leaks-tests-apt.lock"
OPTIONS = ("-y", "--no-install-recommends", "-qq", "-o", "DPkg::Lock::Timeout=300")


def install(missing: Callable[[], Collection[str]]) -> None:
    """Install what is missing; asked again when it is this process's turn."""
    if not missing():
        return
    with TURN.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if packages := missing():
            sudo = ["sudo"] if os.geteuid() else []
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            for words in (["update", "-qq"], ["install", *OPTIONS, *packages]):
                subprocess.run([*sudo, "apt-get", *words], check=True, env=environment)
