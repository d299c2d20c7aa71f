"""Where an object was made, by tracemalloc, on CPython 3.11 too.

That version looks for an object with attributes past the beginning of its memory, which has a head of two pointers
more, and finds nothing. It is asked by address there, through ``ctypes``; where that is missing, it is not known.
"""

from __future__ import annotations

import sys
import tracemalloc
from typing import Any, Callable, Optional

# ``Py_TPFLAGS_MANAGED_DICT`` and the bytes before such an object, its collector's head included: of CPython 3.11.
UNTRACED = 1 << 4 if sys.version_info[:2] == (3, 11) else 0
HEAD = 32


def of(item: object) -> Optional[tracemalloc.Traceback]:
    """The frames in which an object was made, None where that is not known."""
    if type(item).__flags__ & UNTRACED and _by_address is not None:
        frames = _by_address(0, id(item) - HEAD)
        return None if frames is None else tracemalloc.Traceback(frames)
    return tracemalloc.get_object_traceback(item)


def _reader() -> Optional[Callable[[int, int], Any]]:
    try:
        import ctypes

        read = ctypes.pythonapi._PyTraceMalloc_GetTraceback
    except (ImportError, AttributeError):
        return None
    read.restype = ctypes.py_object
    read.argtypes = [ctypes.c_uint, ctypes.c_size_t]
    return read


_by_address = _reader() if UNTRACED else None
