"""Bytes in the blocks that Python's small-object allocator has handed out, and in the arenas that it has mapped.

Source: ``sys._debugmallocstats()``, which prints to the C library's standard error; the file descriptor is pointed at
a file in memory for the length of the call, and that stream is given a buffer, since without one every figure is a
call of the system.

With ``PYTHONMALLOC=pymalloc_debug`` a block holds what the debug hooks add to it, 3 or 4 words.

Cannot see: requests above 512 bytes and native memory (see ``heap``), and anything at all where pymalloc is off
(``PYTHONMALLOC=malloc``): it then reads zeros, and the heap holds every byte. Of Python's mimalloc it reads one heap of
this thread; ``allocators.objects`` tells where it reads too little.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import sys
import tempfile
from typing import Any, Callable, Optional, Tuple

_IN_BLOCKS = b"# bytes in allocated blocks"
_IN_ARENAS = b"bytes/arena"
# What stands there instead under Python's own mimalloc.
_IN_MIMALLOC = b"Allocated Bytes"
_MIMALLOC_TOOK = b"Bytes Committed"
_STANDARD_ERROR = 2
_FULLY_BUFFERED = 0  # _IOFBF of every C library in use
_buffer = bytearray(64 * 1024)
_file = -1
# Where standard error waits meanwhile: a number that is taken once, since none may be left later on.
_saved = -1
_flush: Callable[[], object]


def _open() -> int:
    if hasattr(os, "memfd_create"):
        with contextlib.suppress(OSError):  # a kernel or a container may refuse it
            return os.memfd_create("pymalloc")
    descriptor, path = tempfile.mkstemp()
    os.unlink(path)
    return descriptor


def read() -> Tuple[int, int]:
    global _file, _flush, _saved
    if _file < 0:
        _flush, _file = _flusher(), _above_standard(_open())
        _saved = _above_standard(os.dup(_file))
    _flush()
    is_inheritable = _set_aside()
    os.ftruncate(_file, 0)  # where the allocator tells nothing, what it told before is no reading
    os.lseek(_file, 0, os.SEEK_SET)
    os.dup2(_file, _STANDARD_ERROR, False)
    try:
        sys._debugmallocstats()
        _flush()
    finally:
        if is_inheritable is None:
            os.close(_STANDARD_ERROR)
        else:
            os.dup2(_saved, _STANDARD_ERROR, is_inheritable)
    length = os.preadv(_file, [_buffer], 0) if hasattr(os, "preadv") else _read_all()
    if _buffer.find(_IN_MIMALLOC, 0, length) >= 0:
        return _number_after(_IN_MIMALLOC, length, b":"), _number_after(_MIMALLOC_TOOK, length, b":")
    return _number_after(_IN_BLOCKS, length), _number_after(_IN_ARENAS, length)


def _above_standard(descriptor: int) -> int:
    """Return the descriptor, or one like it above the three standard ones, of which a workload may have closed some."""
    if descriptor > _STANDARD_ERROR:
        return descriptor
    above = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _STANDARD_ERROR + 1)
    os.close(descriptor)
    return above


def _set_aside() -> Optional[bool]:
    """Let standard error wait; return whether child processes get it, None if the workload has closed it."""
    try:
        os.dup2(_STANDARD_ERROR, _saved, False)
        return os.get_inheritable(_STANDARD_ERROR)
    except OSError:
        return None


def _flusher() -> Callable[[], object]:
    """Give C's standard error a buffer, if it can be found, and return what empties it."""
    try:
        import ctypes

        c = ctypes.CDLL(None)
        stream = ctypes.c_void_p.in_dll(c, "stderr")
        room = ctypes.create_string_buffer(len(_buffer))
        if c.setvbuf(stream, room, _FULLY_BUFFERED, len(room)) == 0:
            # The stream writes there for as long as the process lives, whatever becomes of this module.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(room))
            return functools.partial(_flush_stream, c, stream)
    except (ImportError, OSError, ValueError):
        pass
    return _nothing


def _flush_stream(c: Any, stream: Any) -> None:
    c.fflush(stream)


def _nothing() -> None:
    pass


def _read_all() -> int:
    os.lseek(_file, 0, os.SEEK_SET)
    content = os.read(_file, len(_buffer))
    _buffer[: len(content)] = content
    return len(content)


def _number_after(mark: bytes, length: int, sign: bytes = b"=") -> int:
    start = _buffer.find(mark, 0, length)
    if start < 0:
        return 0
    begin = _buffer.index(sign, start) + 1
    end = _buffer.index(b"\n", begin)
    return int(_buffer[begin:end].replace(b",", b""))
