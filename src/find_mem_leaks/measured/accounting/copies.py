"""Ask a copy of this process (``fork``) what could not be found out without changing the process itself.

Cannot see: anything where no copy can be made.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import warnings
from select import POLLIN, poll  # a workload may take it away from the module
from typing import Callable, TypeVar

# Bytes of a reply's longest line.
_LONGEST = 4096
# Seconds until a copy is given up: where there were threads, it may wait for a lock that nobody will set free.
_PATIENCE = 20.0

T = TypeVar("T")


def ask(question: Callable[[], T], otherwise: T) -> T:
    """Return the answer of ``question``, which JSON can carry, in a copy of this process, where garbage is collected
    only if it does so; ``otherwise`` if no copy can be made or the copy does not answer."""
    if not hasattr(os, "fork"):
        return otherwise
    try:
        reading, writing = os.pipe()
    except OSError:  # no descriptor is left
        return otherwise
    try:
        child = _fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return otherwise
    if child == 0:
        _answer(writing, question)
    os.close(writing)
    try:
        polled = poll()  # select() takes no descriptor above 1,023
        polled.register(reading, POLLIN)
        answer = os.read(reading, _LONGEST) if polled.poll(_PATIENCE * 1000) else b""
    finally:
        os.close(reading)
        with contextlib.suppress(OSError):  # who ignores SIGCHLD, or waits for any child, has waited for this one
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if not answer:
        return otherwise
    reply: T = json.loads(answer)
    return reply


def _fork() -> int:
    """Fork without Python's warning of other threads' locks: a copy that waits for one is given up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _answer(writing: int, question: Callable[[], object]) -> None:
    try:
        gc.disable()
        os.write(writing, json.dumps(question()).encode())
    finally:
        os._exit(0)
