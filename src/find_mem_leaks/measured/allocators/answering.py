"""The allocator that answers when this process calls ``malloc``: libc's, one that is linked in, or one that
``LD_PRELOAD`` has put in its place.

It is told by what it does, not by its name: a block is taken through ``malloc``, and the allocator whose figure rises
by that block is the one. A counter that is there but stands still is another malloc's: glibc's under jemalloc.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Iterator

from . import Allocator
from .glibc import Glibc
from .glibc_before_2_33 import GlibcBefore233
from .jemalloc import Jemalloc
from .mimalloc import Mimalloc
from .tcmalloc import Tcmalloc
from .through_psutil import ThroughPsutil
from .unknown import Unknown

if TYPE_CHECKING:
    import ctypes

# The block that a counter must see: too large for any cache of freed blocks, too small to be mapped by itself.
BLOCK = 100_000
# Another thread may free as much in between.
TRIES = 3
KINDS = (Jemalloc, Mimalloc, Tcmalloc, Glibc, GlibcBefore233, ThroughPsutil)


def find() -> Allocator:
    """Return the allocator that answers; ``Unknown`` where none that is known does."""
    try:
        import ctypes

        library = ctypes.CDLL(None)
    except (ImportError, OSError) as error:
        return Unknown("", "%s: %s" % (type(error).__name__, error))
    for allocator in _present(library):
        if any(_counts(allocator, library) for _ in range(TRIES)):
            return allocator
    name = _library_of_malloc(library)
    return Unknown(name, "the malloc of %s has no counter that is known" % (name or "this process"))


def _present(library: ctypes.CDLL) -> Iterator[Allocator]:
    for kind in KINDS:
        try:
            yield kind(library)
        except (AttributeError, ImportError, OSError):
            continue


def _counts(allocator: Allocator, library: ctypes.CDLL) -> bool:
    """Return whether the allocator's figure rises by a block that is taken, by half as much again at most."""
    import ctypes

    malloc, free = library.malloc, library.free
    malloc.restype, malloc.argtypes, free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
    before = allocator.read()[0]
    block = malloc(BLOCK)
    rise = allocator.read()[0] - before
    free(block)
    return bool(BLOCK <= rise <= 1.5 * BLOCK)


def _library_of_malloc(library: ctypes.CDLL) -> str:
    """The name of the file that ``malloc`` is in; empty where the system does not tell."""
    import ctypes

    class Found(ctypes.Structure):
        _fields_ = [
            ("file", ctypes.c_char_p),
            ("base", ctypes.c_void_p),
            ("name", ctypes.c_char_p),
            ("address", ctypes.c_void_p),
        ]

    symbol = Found()
    try:
        tells = library.dladdr(ctypes.cast(library.malloc, ctypes.c_void_p), ctypes.byref(symbol))
    except AttributeError:
        return ""
    return os.path.basename(os.fsdecode(symbol.file or b"")) if tells else ""
