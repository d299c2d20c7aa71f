"""Bytes in the blocks that Python's small-object allocator has handed out, and in the arenas that it has mapped.

Source: ``sys._debugmallocstats()``, which prints to the C library's standard error; the file descriptor is pointed at
a file in memory for the length of the call.

Cannot see: requests above 512 bytes and native memory (see ``heap``), and anything at all where pymalloc is off
(``PYTHONMALLOC=malloc``, free-threaded builds): it then reads zeros, and the heap holds every byte.
"""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Tuple

_IN_BLOCKS = b"# bytes in allocated blocks"
_IN_ARENAS = b"bytes/arena"
_STANDARD_ERROR = 2
_buffer = bytearray(64 * 1024)
_file = -1


def _open() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("pymalloc")
    descriptor, path = tempfile.mkstemp()
    os.unlink(path)
    return descriptor


def read() -> Tuple[int, int]:
    global _file
    if _file < 0:
        _file = _open()
    saved = os.dup(_STANDARD_ERROR)
    os.lseek(_file, 0, os.SEEK_SET)
    os.dup2(_file, _STANDARD_ERROR, False)
    try:
        sys._debugmallocstats()
    finally:
        os.dup2(saved, _STANDARD_ERROR, False)
        os.close(saved)
    length = os.preadv(_file, [_buffer], 0) if hasattr(os, "preadv") else _read_all()
    return _number_after(_IN_BLOCKS, length), _number_after(_IN_ARENAS, length)


def _read_all() -> int:
    os.lseek(_file, 0, os.SEEK_SET)
    content = os.read(_file, len(_buffer))
    _buffer[: len(content)] = content
    return len(content)


def _number_after(mark: bytes, length: int) -> int:
    start = _buffer.find(mark, 0, length)
    if start < 0:
        return 0
    begin = _buffer.index(b"=", start) + 1
    end = _buffer.index(b"\n", begin)
    return int(_buffer[begin:end].replace(b",", b""))
