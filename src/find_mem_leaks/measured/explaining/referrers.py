"""Who refers to what: all references of this process, read once and turned round.

``gc.get_referrers`` goes through all objects for each question. Here each object is asked once for what it refers to,
and only identities are kept, in arrays: some 12 bytes a reference, beside a list of the objects. What the collector
does not track, tuples and dicts of strings and the like, is found behind what it tracks.

It is as it was when it was read: what has come since is not in it, nor is anything of its own, and of what has gone
since nothing is told. A single object is read without a pause for other threads, which may go on changing others.

Cannot see: what objects hold that the collector cannot look into.
"""

from __future__ import annotations

import gc
from array import array
from bisect import bisect_right
from typing import Any, Collection, List, Tuple

from .. import referents

# What refers to others and may not be tracked.
HIDDEN = (tuple, dict)
# Typecodes of an address, and of the number of a reference.
ADDRESS, NUMBER = "Q", "i"
NONE = -1
# Addresses are multiples of 16.
ALIGNED = 4


class Referrers:
    """All references of this moment; ``leave_out``: identities of objects whose references are not to be in it."""

    def __init__(self, leave_out: Collection[int] = ()) -> None:
        objects = gc.get_objects()
        self._sources = [item for item in objects if id(item) not in leave_out]
        self._referents, self._ends = _read(self._sources)
        self._first, self._next = _chained(self._referents, len(self._sources))

    def of(self, found: object) -> List[object]:
        """Return what referred to an object, and does so still."""
        wanted, numbers = id(found), []
        edge = self._first[(wanted >> ALIGNED) & (len(self._first) - 1)]
        while edge != NONE:
            if self._referents[edge] == wanted:
                numbers.append(bisect_right(self._ends, edge))
            edge = self._next[edge]
        sources = (self._sources[number] for number in dict.fromkeys(reversed(numbers)))
        return [source for source in sources if any(each is found for each in with_attributes(source))]

    def at(self, address: int) -> object:
        """The object with this identity; None if it refers to nothing, or was not there."""
        return next((source for source in self._sources if id(source) == address), None)


def with_attributes(source: object) -> List[Any]:
    """Return what an object refers to, be it by a dict of attributes: from CPython 3.11 on an object has none until
    somebody asks for it, as is done to name a reference."""
    direct = referents.of(source)
    return direct + referents.of(*[each for each in direct if type(each) is dict])


def _read(sources: List[object]) -> Tuple[array[int], array[int]]:
    """Identities of what each of these refers to, one after another, and where each one's end; what is not tracked
    is added to ``sources`` on the way."""
    addresses, ends = array(ADDRESS), array(ADDRESS)
    hidden = set()
    for source in sources:
        direct = referents.of(source)
        addresses.extend(map(id, direct))
        ends.append(len(addresses))
        for each in [each for each in direct if type(each) in HIDDEN]:
            if not gc.is_tracked(each) and id(each) not in hidden:
                hidden.add(id(each))
                sources.append(each)
    return addresses, ends


def _chained(addresses: array[int], objects: int) -> Tuple[array[int], array[int]]:
    """A table by identity with the last reference in each place, and of each reference the one before it there."""
    first = array(NUMBER, [NONE]) * (1 << objects.bit_length())
    following = array(NUMBER)
    mask = len(first) - 1
    for number, address in enumerate(addresses):
        place = (address >> ALIGNED) & mask
        following.append(first[place])
        first[place] = number
    return first, following
