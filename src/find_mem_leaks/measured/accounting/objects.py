"""Python objects that the C heap holds, garbage that waits, and how many objects each generation of the collector has.

Requests above 512 bytes go past Python's own allocator to the C heap, where they look like native memory. Walking all
objects tells which they are. The walk makes lists that change the heap of the process: where the process goes on
afterwards, it is carried out in a copy of it (``copies.py``).

Garbage is found as the collector finds it, by the references that come from elsewhere; nothing is freed, and no
finalizer is called.

Cannot see: what only C code refers to.
"""

from __future__ import annotations

import gc
import sys
from collections import deque
from typing import TYPE_CHECKING, List, Set, Tuple

from .. import referents
from ..settling.opcode_caches import HEADER, SMALL, UNIT

if TYPE_CHECKING:
    from .. import replies

# Objects whose entries lie apart from themselves.
_APART = (list, dict, set, bytearray, deque)


def count(in_arenas: int, *, collected: bool = False) -> replies.Objects:
    """``large``: bytes of objects in the C heap, of all objects if Python's own allocator is off; ``waiting``: bytes of
    garbage, in Python's arenas and in the C heap; ``unreachable``: objects that are garbage. ``in_arenas``: bytes of
    arenas that the process has taken, 0 if Python's own allocator is off; ``collected``: there is no garbage."""
    beyond = SMALL if in_arenas else 0
    tracked = gc.get_objects()
    seen = {id(tracked)}
    seen.add(id(seen))
    _, large = _sizes(tracked if collected else _held(tracked), seen, beyond)
    garbage = [] if collected else [each for each in tracked if id(each) not in seen]
    return {"large": large, "waiting": _sizes(garbage, seen, beyond), "unreachable": len(garbage)}


def generations() -> List[int]:
    """Return how many objects each generation of the collector has, garbage among them."""
    return [len(gc.get_objects(generation)) for generation in range(3)]


def _held(tracked: List[object]) -> List[object]:
    """Return those that something outside of ``tracked`` refers to: all else that is in use is reached from them."""
    own = next(map(sys.getrefcount, [[]]))
    references = dict(zip(map(id, tracked), map(sys.getrefcount, tracked)))
    for each in tracked:
        for referent in referents.of(each):
            if id(referent) in references:
                references[id(referent)] -= 1
    return [each for each in tracked if references[id(each)] > own]


def _sizes(objects: List[object], seen: Set[int], beyond: int) -> Tuple[int, int]:
    """Bytes in Python's arenas and in the C heap of all that these lead to and that was not ``seen``."""
    in_arenas = in_heap = 0
    reached = [each for each in objects if id(each) not in seen]
    seen.add(id(reached))
    while reached:
        each = reached.pop()
        if id(each) not in seen:
            seen.add(id(each))
            small, large = _size(each, beyond)
            in_arenas += small
            in_heap += large
            reached.extend(referents.of(each))
    return in_arenas, in_heap


def _size(each: object, beyond: int) -> Tuple[int, int]:
    """Bytes that Python's own allocator and the C heap hand out for an object; requests of up to ``beyond`` are the
    former's."""
    try:
        size = sys.getsizeof(each, 0)
    except Exception:  # a ``__sizeof__`` of the workload's own
        size = object.__sizeof__(each)
    if size <= beyond:
        return -(-size // UNIT) * UNIT, 0
    apart = type(each).__basicsize__ if beyond and isinstance(each, _APART) else 0
    return -(-apart // UNIT) * UNIT, -(-(size - apart + HEADER) // UNIT) * UNIT
