"""Which allocator Python's own objects come from: pymalloc, malloc, mimalloc, or one of these with its debug hooks.

Source: ``_PyMem_GetCurrentAllocatorName`` of CPython.

Cannot see: an allocator that the workload or tracemalloc has put before these.
"""

from __future__ import annotations

from typing import Callable, Optional

OTHER = "another allocator"
# These hand every object on to ``malloc``: native memory holds it all.
OF_MALLOC = ("malloc", "malloc_debug")
MIMALLOC = "Python's mimalloc does not tell of all threads and objects"
HIDDEN = "an allocator that tells nothing, as that of tracemalloc, stands before Python's own"


def _chosen() -> Callable[[], Optional[bytes]]:
    try:
        import ctypes

        name = ctypes.pythonapi._PyMem_GetCurrentAllocatorName
        name.restype = ctypes.c_char_p
        return name
    except (ImportError, AttributeError):
        return _unnamed


def _unnamed() -> None:
    """Return None in place of a name, where CPython does not tell the allocator's."""


_name = _chosen()


def describe() -> str:
    """Return the allocator's name, as in ``PYTHONMALLOC``."""
    return (_name() or OTHER.encode()).decode()


def blind(in_blocks: int) -> str:
    """Return why ``in_blocks``, what ``pymalloc`` reads as handed out, misses some objects; empty where it does not."""
    name = describe()
    if name.startswith("mimalloc"):
        return MIMALLOC
    return "" if in_blocks or name in OF_MALLOC else HIDDEN
