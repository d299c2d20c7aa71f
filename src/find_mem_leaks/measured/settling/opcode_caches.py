"""What CPython 3.8 to 3.10 have added to functions that were called often: bytes and blocks to be taken off others'.

Those versions give a function a cache of its own when it is called for the 1,024th time. Functions that an operation
in four calls get theirs after some 4,000 operations, one function after another, hundreds of them, and some 60 kB in
all: a climb that ends, yet looks like a leak until it has. From 3.11 on the caches are part of the code from the
start, and nothing is read.

Source: ``sys.getsizeof`` of every code object that was there when ``find`` was called first; it counts the cache's two
parts, an index of a byte per instruction and its entries, without what the allocators round up to.

Cannot see: code that was imported or made later.
"""

from __future__ import annotations

import gc
import sys
from types import CodeType, FunctionType
from typing import Dict, Tuple

# Requests up to this many bytes are Python's own allocator's; both allocators hand out multiples of 16 bytes, and
# glibc's adds 8 of its own.
SMALL = 512
UNIT = 16
HEADER = 8

_HAVE_CACHES = sys.version_info < (3, 11)
# Code objects that were found, each by its identity, with its size then.
_found: Dict[int, Tuple[CodeType, int]] = {}


def find() -> None:
    """Remember all code that there is; to be called before objects are set aside from the collector."""
    if not _HAVE_CACHES or _found:
        return
    for thing in gc.get_objects():
        if type(thing) is FunctionType:
            _remember(thing.__code__)


def _remember(code: CodeType) -> None:
    if id(code) in _found:
        return
    _found[id(code)] = code, sys.getsizeof(code)
    for constant in code.co_consts:
        if type(constant) is CodeType:
            _remember(constant)


def read() -> Tuple[int, int]:
    """Bytes and blocks that caches have taken since ``find``."""
    taken = blocks = 0
    for code, size in _found.values():
        grown = sys.getsizeof(code) - size
        if grown > 0:
            index = len(code.co_code) // 2
            for part in (index, grown - index):
                taken += _rounded(part)
                blocks += part <= SMALL
    return taken, blocks


def _rounded(size: int) -> int:
    return -(-(size if size <= SMALL else size + HEADER) // UNIT) * UNIT
