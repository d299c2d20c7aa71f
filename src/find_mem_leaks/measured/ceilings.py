"""What the system lets this process have at most, and how much of that is in use.

Source: ``getrlimit``, and ``pids.max`` of the control group.

Cannot see: what another machine or another program lets it have, such as the connections of a database's server.
"""

from __future__ import annotations

import contextlib
import os
import resource
from typing import Callable, Dict, Iterator, List, Optional, Tuple

from .kept_open import statm
from .probes import descriptors

_PAGE = os.sysconf("SC_PAGE_SIZE")
_PROC = "/proc"
GROUPS = "/sys/fs/cgroup"

Ceilings = Dict[str, Tuple[int, int]]


def read() -> Ceilings:
    """Return each limit that there is, by its name, and how much of it is in use."""
    ceilings: Ceilings = {}
    for name, used in _USED.items():
        most = _rlimit(name)
        if most is not None:
            _add(ceilings, name, most, used)
    group = _group_of_tasks()
    if group is not None:
        folder, most = group
        _add(ceilings, "pids.max", most, lambda: int(_content(os.path.join(folder, "pids.current"))))
    return ceilings


def _add(ceilings: Ceilings, name: str, most: int, used: Callable[[], int]) -> None:
    """Add a limit, unless its use cannot be read, as when no descriptor is left for that."""
    with contextlib.suppress(OSError, ValueError):
        ceilings[name] = (most, used())


def _rlimit(name: str) -> Optional[int]:
    """The soft limit; None if there is none, or none that binds, as the number of processes does not bind root."""
    number = getattr(resource, name, None)
    if number is None or (name == "RLIMIT_NPROC" and os.getuid() == 0):
        return None
    soft, _ = resource.getrlimit(number)
    return None if soft == resource.RLIM_INFINITY else soft


def _open_descriptors() -> int:
    return descriptors.read() - 1  # without the one that listing them takes


def _address_space() -> int:
    return int(statm.read().split(None, 1)[0]) * _PAGE


def _tasks_of_user() -> int:
    """Threads of all processes of this user."""
    return sum(_tasks(pid) for pid in os.listdir(_PROC) if pid.isdigit())


def _tasks(pid: str) -> int:
    try:
        lines = dict(line.split(":\t", 1) for line in _content("%s/%s/status" % (_PROC, pid)).splitlines())
        return int(lines["Threads"]) if int(lines["Uid"].split()[0]) == os.getuid() else 0
    except (OSError, ValueError, KeyError):  # it has ended
        return 0


_USED: Dict[str, Callable[[], int]] = {
    "RLIMIT_NOFILE": _open_descriptors,
    "RLIMIT_AS": _address_space,
    "RLIMIT_NPROC": _tasks_of_user,
}


def _group_of_tasks() -> Optional[Tuple[str, int]]:
    """The control group that bounds the number of tasks most narrowly, and that bound."""
    bounded: List[Tuple[int, str]] = []
    for folder in _groups():
        try:
            bounded.append((int(_content(os.path.join(folder, "pids.max"))), folder))
        except (OSError, ValueError):  # there is none, or it is ``max``
            continue
    return min(bounded)[::-1] if bounded else None


def _groups() -> Iterator[str]:
    """The folders of this process's control group and of those around it, of either version."""
    try:
        lines = _content(os.path.join(_PROC, "self", "cgroup")).splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "" or "pids" in controllers.split(","):
            root = os.path.join(GROUPS, "pids") if controllers else GROUPS
            parts = path.strip("/").split("/")
            for length in range(len(parts), -1, -1):
                yield os.path.join(root, *parts[:length])


def _content(path: str) -> str:
    with open(path) as file:
        return file.read()
