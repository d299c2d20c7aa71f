"""Resident memory of this process, its part that no file backs, quickly and exactly, and its peak.

Source: ``/proc/self/statm``, ``/proc/self/smaps_rollup`` and ``VmHWM`` of ``/proc/self/status`` (which, unlike
``ru_maxrss``, does not survive exec); where there is no /proc, psutil, and ``ru_maxrss`` for the peak.

Cannot see: anything smaller than a page; which of the pages are in use and which the allocators merely keep.
"""

from __future__ import annotations

import os

_PAGE = os.sysconf("SC_PAGE_SIZE")
_HAS_PROC = os.path.exists("/proc/self/statm")
_ROLLUP = "/proc/self/smaps_rollup"


def _field(path: str, name: bytes) -> int:
    """The kibibytes that the line ``name`` of a /proc file states, in bytes; 0 if there is no such line."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        content = os.read(descriptor, 16384)
    finally:
        os.close(descriptor)
    start = content.find(name)
    if start < 0:
        return 0
    return int(content[start + len(name) :].split(None, 1)[0]) * 1024


def rss() -> int:
    if not _HAS_PROC:
        import psutil

        return int(psutil.Process().memory_info().rss)
    descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(descriptor, 256).split()[1]) * _PAGE
    finally:
        os.close(descriptor)


def private() -> int:
    """What neither files nor shared memory back: ``anonymous`` in a hundredth of the time, by the kernel's running
    count (some pages late); 0 where there is no /proc."""
    if not _HAS_PROC:
        return 0
    descriptor = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        resident, shared = os.read(descriptor, 256).split()[1:3]
    finally:
        os.close(descriptor)
    return (int(resident) - int(shared)) * _PAGE


def anonymous() -> int:
    if not os.path.exists(_ROLLUP):
        return rss()
    return _field(_ROLLUP, b"\nAnonymous:")


def exact() -> int:
    """Resident memory counted page by page, where ``rss`` is the kernel's running count."""
    return _field(_ROLLUP, b"\nRss:") if os.path.exists(_ROLLUP) else rss()


def shared() -> int:
    """Resident shared memory: mapped by several processes, and no file's."""
    return _field("/proc/self/status", b"\nRssShmem:") if _HAS_PROC else 0


def peak() -> int:
    if not _HAS_PROC:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return _field("/proc/self/status", b"\nVmHWM:")
