"""Python objects that the C heap holds, and how many objects each generation of the collector has.

Requests above 512 bytes go past Python's own allocator to the C heap, where they look like native memory. Walking all
objects tells which they are. The walk makes lists that would change the heap of the process, so that it is carried out
in a copy of it (``fork``) wherever the process goes on afterwards.

Cannot see: what only C code refers to; a copy is not made where there are other threads.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
from collections import deque
from typing import Any, Dict, Set

from ..allocators import mappings
from ..probes import pymalloc
from ..settling.opcode_caches import HEADER, SMALL, UNIT
from . import arenas

# Bytes of a reply's longest line.
_LONGEST = 4096
# Objects whose entries lie apart from themselves.
_APART = (list, dict, set, bytearray, deque)

Counted = Dict[str, Any]


def count(in_arenas: int) -> Counted:
    """``large``: bytes of objects in the C heap, of all objects if Python's own allocator is off; ``untouched``: bytes
    of its arenas that are not resident; ``generations``: objects in each generation. ``in_arenas``: bytes of arenas
    that the process had taken before."""
    before = arenas.mapped()
    taken_by_looking = pymalloc.read()[1] - in_arenas
    generations = [len(gc.get_objects(generation)) for generation in range(3)]
    beyond = SMALL if in_arenas else 0
    large = 0
    pages: Set[int] = set()
    waiting = gc.get_objects()
    seen = {id(waiting), id(pages)}
    seen.add(id(seen))
    while waiting:
        found = waiting.pop()
        if id(found) not in seen:
            seen.add(id(found))
            in_heap = _in_heap(found, beyond)
            large += in_heap
            if not in_heap:
                pages.add(id(found) // mappings.PAGE)
            waiting.extend(gc.get_referents(found))
    untouched = max(0, arenas.untouched(before, pages) - taken_by_looking)
    return {"large": large, "untouched": untouched, "generations": generations}


def _in_heap(found: Any, beyond: int) -> int:
    """Bytes that the C heap hands out for an object; requests of up to ``beyond`` are not its."""
    size = sys.getsizeof(found, 0)
    if size > beyond and beyond and isinstance(found, _APART):
        size -= type(found).__basicsize__
    return -(-(size + HEADER) // UNIT) * UNIT if size > beyond else 0


def count_in_a_copy(in_arenas: int) -> Counted:
    """The same without a trace in this process; ``large`` is None where no copy can be made."""
    unknown = {"large": None, "untouched": 0, "generations": [0, 0, 0]}
    if threading.active_count() > 1 or not hasattr(os, "fork"):
        return unknown
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return unknown
    if child == 0:
        _answer(writing, in_arenas)
    os.close(writing)
    try:
        answer = os.read(reading, _LONGEST)
    finally:
        os.close(reading)
        os.waitpid(child, 0)
    return json.loads(answer) if answer else unknown


def _answer(writing: int, in_arenas: int) -> None:
    try:
        gc.disable()
        os.write(writing, json.dumps(count(in_arenas)).encode())
    finally:
        os._exit(0)
