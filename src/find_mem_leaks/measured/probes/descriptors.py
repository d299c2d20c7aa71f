"""How many file descriptors are open: files, sockets, pipes and connections to databases; a count.

Source: ``/proc/self/fd``, or ``/dev/fd``.

Cannot see: which of them are in use; memory behind them in the kernel.
"""

from __future__ import annotations

import os

_FOLDER = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"


def read() -> int:
    return len(os.listdir(_FOLDER))
