"""Calls of the tool, made one after the other for the asv suite, which asks for them by files in a folder.

asv ends each process of a benchmark before it starts the next; what is made here goes on beside them.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# As the suite has them (src/find_mem_leaks/history/calls.py).
ASKED, ENDED = ".call", ".ended"
MAKER = "maker.txt"
PAUSE = 0.1
# Seconds that a call has to end in when it is no longer wanted.
GOODBYE_SECONDS = 30.0


@contextmanager
def made(folder: Path) -> Iterator[None]:
    """Make the calls that are asked for in a folder until the block ends; one that runs then is ended."""
    is_over = threading.Event()
    (folder / MAKER).write_text(str(os.getpid()), encoding="utf-8")
    maker = threading.Thread(target=_make, args=(folder, is_over))
    maker.start()
    try:
        yield
    finally:
        is_over.set()
        maker.join()


def _make(folder: Path, is_over: threading.Event) -> None:
    while not is_over.wait(PAUSE):
        requests = sorted(folder.glob(f"*{ASKED}"), key=lambda file: file.stat().st_mtime_ns)
        for file in requests:
            if not file.with_suffix(ENDED).exists() and not is_over.is_set():
                answer = _call(json.loads(file.read_text(encoding="utf-8")), folder, is_over)
                written = file.with_suffix(".written")
                written.write_text(json.dumps(answer), encoding="utf-8")
                written.replace(file.with_suffix(ENDED))


def _call(request: dict[str, Any], folder: Path, is_over: threading.Event) -> tuple[int, str]:
    """Make a call, with the folder as its own: the exit code, and what it said on stderr."""
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                request["command"],
                cwd=folder,
                env=request["environment"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        except OSError as error:
            return 1, str(error)
        code = _end(process, is_over)
        errors.seek(0)
        return code, errors.read().decode(errors="replace")


def _end(process: subprocess.Popen[bytes], is_over: threading.Event) -> int:
    """The exit code of a process, which is ended when nobody waits for it any more."""
    while process.poll() is None:
        if is_over.wait(PAUSE):
            process.terminate()
            try:
                process.wait(GOODBYE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
    return process.wait()
