"""The objects of this process that the garbage collector knows, and which of them have grown since.

Three things grow when Python keeps what it should not: the entries of a container, the number of objects of a type, and
the size of one object, whether it grows in its place or each time is another one that is larger. What is there is set
aside (``gc.freeze``), so that what the collector knows afterwards is new.

Cannot see: what only C code refers to.
"""

from __future__ import annotations

import array
import gc
import itertools
import sys
import types
import weakref
from collections import Counter, deque
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple, TypeVar

from .. import kinds, referents
from ..settling import sqlite_cursors

# How the entries of a container are counted: never by a subclass's own ``__len__``, which is the workload's code.
LENGTHS: Tuple[Tuple[type, Callable[[Any], int]], ...] = (
    (list, list.__len__),
    (dict, dict.__len__),
    (set, set.__len__),
    (deque, deque.__len__),
)
# What the collector does not track though it can grow, or be replaced by what is larger; of these a part is made ahead.
PLAIN = (str, bytes, bytearray, array.array, tuple, frozenset)
AHEAD = (bytearray, array.array)
# Bytes from which the size of an object is watched.
LARGE = 512
# Containers, objects and types that are told, entries of each that are looked at.
FOLLOWED = 5
CANDIDATES = 20
SAMPLE = 20
# How often a container is read that other threads change.
TRIES = 5
T = TypeVar("T")
# Objects of one type that are taken for larger versions of as many that are gone.
REPLACED = 3


class Grown(NamedTuple):
    """sample: some of what is new; more: how many there are; container: that they are in, or None; bytes: that one
    object has grown by, which is then the sample, or 0; gone: objects of a type that went while those came."""

    sample: List[object]
    more: int
    container: object
    bytes: int
    gone: int = 0


class Inventory:
    """The lengths of all containers, and with ``sized`` the sizes of what is large; what there is, is set aside."""

    def __init__(self, sized: bool) -> None:
        gc.unfreeze()
        objects = gc.get_objects()
        self._of_types = of_types(objects)
        beyond = _beyond(objects)
        objects += {id(item): item for item in beyond if type(item) is dict and not gc.is_tracked(item)}.values()
        self._containers, self._lengths = _measured(objects)
        self._not_looked_at = sqlite_cursors.bookkeeping()
        self._large: Dict[int, Tuple[int, int]] = {}
        self._watched: List[object] = []
        if sized:
            self._large = {id(item): (size, id(type(item))) for item, size in _large(objects, beyond)}
            self._watched = [item for item in _growing_in_place(objects, beyond) if id(item) in self._large]
        self._places: Dict[int, int] = {}
        gc.freeze()

    def grown(self, is_ours: Callable[[object], bool]) -> List[Grown]:
        """Return what has grown: containers, then objects of a type, then one object, each the most first."""
        self._let_go()
        new = [item for item in gc.get_objects() if not is_ours(item)]
        return self._longer(set(map(id, new))) + _more_of_a_type(new) + self._larger()

    def _let_go(self) -> None:
        """Forget the containers that nobody else refers to any more: those that were replaced would be kept, with all
        that came into them since."""
        lone = _references_of_a_lone_one()
        there = [at for at, container in enumerate(self._containers) if sys.getrefcount(container) > lone]
        if len(there) < len(self._containers):
            self._containers[:] = [self._containers[at] for at in there]
            self._lengths[:] = [self._lengths[at] for at in there]
            self._places.clear()

    def net(self, grown: List[Grown]) -> List[Grown]:
        """The same without types of which as many went as came, as in a full cache. Nothing may be set aside."""
        now = of_types(gc.get_objects())
        many = [entry for entry in grown if entry.container is None and not entry.bytes]
        others = [entry for entry in grown if entry.container is not None or entry.bytes]
        return others + [entry for entry in (self._net(each, now) for each in many) if entry.more > 1]

    def _net(self, entry: Grown, now: Dict[int, int]) -> Grown:
        kind = id(type(entry.sample[0]))
        more = min(entry.more, now[kind] - self._of_types[kind])
        return entry._replace(more=more, gone=entry.more - more)

    def _longer(self, new: Set[int]) -> List[Grown]:
        growths = []
        for container, was in zip(self._containers, self._lengths):
            growth = length(container) - was
            if growth > 1 and id(container) not in self._not_looked_at:
                growths.append((growth, container))
        growths.sort(key=lambda pair: -pair[0])
        entries = (Grown(newest(container, growth), growth, container, 0) for growth, container in growths[:CANDIDATES])
        return [entry for entry in entries if not _is_weak(_values(entry), new)]

    def growth(self, container: object) -> Optional[int]:
        """Return the entries that a container has gained; None for one that was not there."""
        if not self._places:
            self._places = {id(kept): at for at, kept in enumerate(self._containers)}
        at = self._places.get(id(container))
        return None if at is None else length(container) - self._lengths[at]

    @property
    def ours(self) -> Set[int]:
        """Identities of the lists that refer to what there was."""
        return {id(self._containers), id(self._watched)}

    def _larger(self) -> List[Grown]:
        growths = [(size(item) - self._large[id(item)][0], item) for item in self._watched]
        growths.sort(key=lambda pair: -pair[0])
        return [Grown([item], 1, None, growth) for growth, item in growths[:FOLLOWED] if growth > 0]

    def replaced(self) -> List[Grown]:
        """Objects that have come in the place of smaller ones. All that there is has to be gone through for that."""
        gc.unfreeze()
        objects = gc.get_objects()
        now = {id(item): (item, size) for item, size in _large(objects, _beyond(objects))}
        came: Dict[int, List[Tuple[int, object]]] = {}
        for key, (item, bytes_) in now.items():
            if self._large.get(key) != (bytes_, id(type(item))):
                came.setdefault(id(type(item)), []).append((bytes_, item))
        growths = []
        for kind, items in came.items():
            went = sorted(
                was for key, (was, of) in self._large.items() if of == kind and now.get(key, (0, 0))[1] != was
            )
            if len(went) == len(items) <= REPLACED:
                items.sort(key=lambda pair: pair[0])
                growths += [(bytes_ - was, item) for (bytes_, item), was in zip(items, went)]
        gc.freeze()
        return [Grown([item], 1, None, growth) for growth, item in growths if growth > 0]


def _references_of_a_lone_one() -> int:
    """Return what ``sys.getrefcount`` says, in such a loop, of what only the list refers to."""
    alone: List[List[None]] = [[]]
    return next(sys.getrefcount(item) for _, item in enumerate(alone))


def everything() -> List[object]:
    """Return what the collector tracks, and all that this refers to, some of it more than once."""
    objects = gc.get_objects()
    return objects + _beyond(objects)


def _beyond(objects: List[object]) -> List[object]:
    """Return what these refer to, and what that does in turn where the collector does not track it: it tracks no
    strings, nor tuples and dicts of such. Some of it is there more than once."""
    beyond: List[object] = []
    level = objects
    while level:
        referred = referents.of(*level)
        # The collector asks a dict for its keys only where one is no string.
        referred += [key for item in level if issubclass(type(item), dict) for key in _keys(item)]
        level = [item for item in referred if type(item) in (tuple, dict) and not gc.is_tracked(item)]
        beyond += referred
    return beyond


def _keys(mapping: Any) -> List[object]:
    return undisturbed(lambda: [*dict.keys(mapping)], [])


def length(container: object) -> int:
    read = _length_of(type(container))
    return read(container) if read else 0


def table(container: object) -> float:
    """Bytes that a container itself takes for each of its entries."""
    base: Any = next((base for base, _ in LENGTHS if issubclass(type(container), base)), None)
    return base.__sizeof__(container) / max(length(container), 1) if base else 0.0


def is_container(item: object) -> bool:
    return _length_of(type(item)) is not None


def items(mapping: Any) -> List[Tuple[Any, object]]:
    """The items of what another thread may be changing, of a dict by no code of the workload."""
    read = dict.items if issubclass(type(mapping), dict) else type(mapping).items
    return undisturbed(lambda: list(read(mapping)), [])


def _length_of(kind: type) -> Optional[Callable[[object], int]]:
    return next((read for base, read in LENGTHS if issubclass(kind, base)), None)


def _measured(objects: List[object]) -> Tuple[List[object], List[int]]:
    """The containers among these, and their lengths."""
    readers = {id(kind): _length_of(kind) for kind in kinds.of(objects).values()}
    containers = [item for item in objects if readers[id(type(item))] is not None]
    return containers, [length(item) for item in containers]


def _growing_in_place(objects: List[object], beyond: List[object]) -> List[object]:
    """Return those, but for containers, whose size may change: they are no plain values, and say their size
    themselves."""
    can_grow = {id(kind): _can_grow(kind) for kind in kinds.of(objects).values()}
    tracked = [item for item in objects if can_grow[id(type(item))]]
    plain = [item for item in beyond if type(item) in AHEAD]
    return list({id(item): item for item in tracked + plain}.values())


def _can_grow(kind: type) -> bool:
    """Return whether a type's objects may grow in place; False where ``__sizeof__`` is the workload's own code."""
    says: object = kind.__sizeof__
    if issubclass(kind, (type, tuple)) or _length_of(kind) or isinstance(says, types.FunctionType):
        return False
    return says is not object.__sizeof__


def _large(objects: List[object], beyond: List[Any]) -> Iterator[Tuple[object, int]]:
    """Large objects with their sizes; ``beyond``: what the objects refer to, see there."""
    are_looked_at = {
        id(kind): _can_grow(kind) or issubclass(kind, (list, tuple, dict)) for kind in kinds.of(objects).values()
    }
    large = [item for item in objects if are_looked_at[id(type(item))]]
    large += [item for item in beyond if type(item) in PLAIN and len(item) >= LARGE // 8]
    opaque = {id(kind): not issubclass(kind, (int, *PLAIN)) and _can_grow(kind) for kind in kinds.of(beyond).values()}
    large += [item for item in beyond if opaque[id(type(item))] and not gc.is_tracked(item)]
    for item in large:
        bytes_ = size(item)
        if bytes_ >= LARGE:
            yield item, bytes_


def size(item: Any) -> int:
    """Return an object's size in bytes, of a bytearray or an array the part in use; 0 if it cannot be told."""
    try:
        return len(item) * getattr(item, "itemsize", 1) if type(item) in AHEAD else sys.getsizeof(item)
    except Exception:
        return 0


def _values(grown: Grown) -> List[object]:
    """The entries of its sample; of a dict not the keys, since what a weak key stands for is kept all the same."""
    half = len(grown.sample) // 2
    return grown.sample[:half] if issubclass(type(grown.container), dict) else grown.sample


def _is_weak(sample: List[Any], new: Set[int]) -> bool:
    """Return whether these are references to what came with them, which is kept by something else; one that is dead, or
    to what was there before, is itself what is kept."""
    referents = [weakref.ref.__call__(item) for item in sample if issubclass(type(item), weakref.ref)]
    came = sum(item is not None and (id(item) in new or not gc.is_tracked(item)) for item in referents)
    return came * 2 >= max(len(sample), 1)


def newest(container: object, growth: int) -> List[object]:
    """The entries that came last; none of a container that other threads change whenever it is looked at."""
    return undisturbed(lambda: _newest(container, min(growth, SAMPLE)), [])


def _newest(container: Any, count: int) -> List[object]:
    if isinstance(container, dict):
        entries = list(itertools.islice(reversed(dict.items(container)), count))
        return [value for _, value in entries] + [key for key, _ in entries]
    if isinstance(container, list):
        return list.__getitem__(container, slice(-count, None))[::-1]
    if isinstance(container, deque):
        return list(deque.__iter__(container))[-count:][::-1]
    return list(set.__iter__(container))[:count]


def undisturbed(read: Callable[[], T], otherwise: T) -> T:
    """Return what is read of a container, read again if another thread of the workload has changed it meanwhile."""
    for _ in range(TRIES):
        try:
            return read()
        except (RuntimeError, IndexError):
            continue
    return otherwise


def of_types(objects: List[object]) -> Counter[int]:
    """How many of these are of each type, by its identity."""
    return Counter(map(id, map(type, objects)))


def _more_of_a_type(new: List[object]) -> List[Grown]:
    by_type: Dict[int, List[object]] = {}
    for item in new:
        if not issubclass(type(item), weakref.ref):
            by_type.setdefault(id(type(item)), []).append(item)
    most = sorted(by_type.values(), key=len, reverse=True)[:FOLLOWED]
    return [Grown(spread(item, SAMPLE), len(item), None, 0) for item in most if len(item) > 1]


def spread(sequence: List[T], count: int) -> List[T]:
    """Some of them, from one end to the other."""
    if len(sequence) <= count:
        return list(sequence)
    return [sequence[place * (len(sequence) - 1) // (count - 1)] for place in range(count)]
