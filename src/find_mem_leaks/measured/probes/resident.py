"""Resident memory of this process, its part that no file backs, quickly and exactly, and its peak.

Source: ``/proc/self/statm``, ``/proc/self/smaps_rollup`` and ``VmHWM`` of ``/proc/self/status`` (which, unlike
``ru_maxrss``, does not survive exec); where there is no /proc, psutil, and ``ru_maxrss`` for the peak.

Cannot see: anything smaller than a page; which of the pages are in use and which the allocators merely keep.
"""

from __future__ import annotations

import os

from ..kept_open import KeptOpen, smaps_rollup, statm, status

_PAGE = os.sysconf("SC_PAGE_SIZE")
_HAS_PROC = os.path.exists("/proc/self/statm")
_HAS_ROLLUP = os.path.exists("/proc/self/smaps_rollup")


def _field(file: KeptOpen, name: bytes) -> int:
    """The kibibytes that the line ``name`` of a /proc file states, in bytes; 0 if there is no such line."""
    content = file.read()
    start = content.find(name)
    if start < 0:
        return 0
    return int(content[start + len(name) :].split(None, 1)[0]) * 1024


def keep_open() -> None:
    """Open all that is read here, so that no descriptor is needed later on."""
    for exists, file in ((_HAS_PROC, statm), (_HAS_PROC, status), (_HAS_ROLLUP, smaps_rollup)):
        if exists:
            file.read()


def rss() -> int:
    if not _HAS_PROC:
        import psutil

        return int(psutil.Process().memory_info().rss)
    return int(statm.read().split()[1]) * _PAGE


def private() -> int:
    """Return what neither files nor shared memory back: ``anonymous`` in a hundredth of the time, by the kernel's
    running count (some pages late); 0 where there is no /proc."""
    if not _HAS_PROC:
        return 0
    resident, shared = statm.read().split()[1:3]
    return (int(resident) - int(shared)) * _PAGE


def anonymous() -> int:
    return _field(smaps_rollup, b"\nAnonymous:") if _HAS_ROLLUP else rss()


def exact() -> int:
    """Resident memory counted page by page, where ``rss`` is the kernel's running count."""
    return _field(smaps_rollup, b"\nRss:") if _HAS_ROLLUP else rss()


def shared() -> int:
    """Resident shared memory: mapped by several processes, and no file's."""
    return _field(status, b"\nRssShmem:") if _HAS_PROC else 0


def peak() -> int:
    if not _HAS_PROC:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _field(status, b"\nVmHWM:")
