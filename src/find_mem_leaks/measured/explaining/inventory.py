"""What there is in this process, and what of it has grown since: a look through the collector's eyes.

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
        self._of_types = Counter(map(type, objects))
        beyond = _beyond(objects)
        objects += {id(found): found for found in beyond if type(found) is dict and not gc.is_tracked(found)}.values()
        self._containers, self._lengths = _measured(objects)
        self._not_looked_at = sqlite_cursors.bookkeeping()
        self._large: Dict[int, Tuple[int, type]] = {}
        self._watched: List[object] = []
        if sized:
            self._large = {id(found): (size, type(found)) for found, size in _large(objects, beyond)}
            self._watched = [found for found in _growing_in_place(objects, beyond) if id(found) in self._large]
        gc.freeze()

    def grown(self, is_ours: Callable[[object], bool]) -> List[Grown]:
        """What has grown: containers, then objects of a type, then one object, each the most first."""
        self._let_go()
        new = [found for found in gc.get_objects() if not is_ours(found)]
        return self._longer() + _more_of_a_type(new) + self._larger()

    def _let_go(self) -> None:
        """Forget the containers that nobody else refers to any more: those that were replaced would be kept, with all
        that came into them since."""
        lone = _references_of_a_lone_one()
        there = [at for at, found in enumerate(self._containers) if sys.getrefcount(found) > lone]
        if len(there) < len(self._containers):
            self._containers[:] = [self._containers[at] for at in there]
            self._lengths[:] = [self._lengths[at] for at in there]

    def net(self, grown: List[Grown]) -> List[Grown]:
        """The same without types of which as many went as came, as in a full cache. Nothing may be set aside."""
        now = Counter(map(type, gc.get_objects()))
        of_types = [found for found in grown if found.container is None and not found.bytes]
        others = [found for found in grown if found.container is not None or found.bytes]
        return others + [found for found in (self._net(each, now) for each in of_types) if found.more > 1]

    def _net(self, found: Grown, now: Dict[type, int]) -> Grown:
        kind = type(found.sample[0])
        more = min(found.more, now[kind] - self._of_types[kind])
        return found._replace(more=more, gone=found.more - more)

    def _longer(self) -> List[Grown]:
        growths = []
        for found, was in zip(self._containers, self._lengths):
            growth = length(found) - was
            if growth > 1 and id(found) not in self._not_looked_at:
                growths.append((growth, found))
        growths.sort(key=lambda item: -item[0])
        entries = (Grown(newest(found, growth), growth, found, 0) for growth, found in growths[:CANDIDATES])
        return [entry for entry in entries if not _is_weak(_values(entry))]

    def growth(self, container: object) -> Optional[int]:
        """By how many entries a container has grown that was there; None of what was not."""
        lengths = (was for found, was in zip(self._containers, self._lengths) if found is container)
        was = next(lengths, None)
        return None if was is None else length(container) - was

    @property
    def ours(self) -> Set[int]:
        """Identities of the lists that refer to what there was."""
        return {id(self._containers), id(self._watched)}

    def _larger(self) -> List[Grown]:
        growths = [(size(found) - self._large[id(found)][0], found) for found in self._watched]
        growths.sort(key=lambda item: -item[0])
        return [Grown([found], 1, None, growth) for growth, found in growths[:FOLLOWED] if growth > 0]

    def replaced(self) -> List[Grown]:
        """Objects that have come in the place of smaller ones. All that there is has to be gone through for that."""
        gc.unfreeze()
        objects = gc.get_objects()
        now = {id(found): (found, size) for found, size in _large(objects, _beyond(objects))}
        came: Dict[type, List[Tuple[int, object]]] = {}
        for key, (found, bytes_) in now.items():
            if self._large.get(key) != (bytes_, type(found)):
                came.setdefault(type(found), []).append((bytes_, found))
        growths = []
        for kind, items in came.items():
            went = sorted(
                was for key, (was, of) in self._large.items() if of is kind and now.get(key, (0, 0))[1] != was
            )
            if len(went) == len(items) <= REPLACED:
                items.sort(key=lambda item: item[0])
                growths += [(bytes_ - was, found) for (bytes_, found), was in zip(items, went)]
        gc.freeze()
        return [Grown([found], 1, None, growth) for growth, found in growths if growth > 0]


def _references_of_a_lone_one() -> int:
    """What ``sys.getrefcount`` says, in such a loop, of what only the list refers to."""
    alone: List[List[None]] = [[]]
    return next(sys.getrefcount(found) for _, found in enumerate(alone))


def everything() -> List[object]:
    """What the collector tracks, and all that this refers to, some of it more than once."""
    objects = gc.get_objects()
    return objects + _beyond(objects)


def _beyond(objects: List[object]) -> List[object]:
    """What these refer to, and what that does in turn where the collector does not track it: it tracks no strings, nor
    tuples and dicts of such. Some of it is there more than once."""
    found: List[object] = []
    level = objects
    while level:
        referents = gc.get_referents(*level)
        level = [item for item in referents if type(item) in (tuple, dict) and not gc.is_tracked(item)]
        found += referents
    return found


def length(container: object) -> int:
    read = _length_of(type(container))
    return read(container) if read else 0


def table(container: object) -> float:
    """Bytes that a container itself takes for each of its entries."""
    base: Any = next((base for base, _ in LENGTHS if issubclass(type(container), base)), None)
    return base.__sizeof__(container) / max(length(container), 1) if base else 0.0


def is_container(found: object) -> bool:
    return _length_of(type(found)) is not None


def items(mapping: Any) -> List[Tuple[Any, object]]:
    """The items of what another thread may be changing, of a dict by no code of the workload."""
    read = dict.items if issubclass(type(mapping), dict) else type(mapping).items
    return undisturbed(lambda: list(read(mapping)), [])


def _length_of(kind: type) -> Optional[Callable[[object], int]]:
    return next((read for base, read in LENGTHS if issubclass(kind, base)), None)


def _measured(objects: List[object]) -> Tuple[List[object], List[int]]:
    """The containers among these, and their lengths."""
    readers = {kind: _length_of(kind) for kind in set(map(type, objects))}
    containers = [found for found in objects if readers[type(found)] is not None]
    return containers, [length(found) for found in containers]


def _growing_in_place(objects: List[object], beyond: List[object]) -> List[object]:
    """Those, but for containers, whose size may change: they are no plain values, and say their size themselves."""
    kinds = {kind: _can_grow(kind) for kind in set(map(type, objects))}
    tracked = [found for found in objects if kinds[type(found)]]
    plain = [found for found in beyond if type(found) in AHEAD]
    return list({id(found): found for found in tracked + plain}.values())


def _can_grow(kind: type) -> bool:
    """What a type says in Python is not asked: it is the workload's code."""
    says: object = kind.__sizeof__
    if issubclass(kind, (type, tuple)) or _length_of(kind) or isinstance(says, types.FunctionType):
        return False
    return says is not object.__sizeof__


def _large(objects: List[object], beyond: List[Any]) -> Iterator[Tuple[object, int]]:
    """Large objects with their sizes; ``beyond``: what the objects refer to, see there."""
    kinds = {kind: _can_grow(kind) or issubclass(kind, (list, tuple, dict)) for kind in set(map(type, objects))}
    found = [item for item in objects if kinds[type(item)]]
    found += [item for item in beyond if type(item) in PLAIN and len(item) >= LARGE // 8]
    for item in found:
        bytes_ = size(item)
        if bytes_ >= LARGE:
            yield item, bytes_


def size(found: Any) -> int:
    """In bytes; of what is made ahead of need the part in use, where that can be told."""
    try:
        return len(found) * getattr(found, "itemsize", 1) if type(found) in AHEAD else sys.getsizeof(found)
    except Exception:
        return 0


def _values(grown: Grown) -> List[object]:
    """The entries of its sample; of a dict not the keys, since what a weak key stands for is kept all the same."""
    half = len(grown.sample) // 2
    return grown.sample[:half] if issubclass(type(grown.container), dict) else grown.sample


def _is_weak(sample: List[Any]) -> bool:
    """Whether these are references that keep nothing alive; a dead one is itself what is kept."""
    alive = sum(issubclass(type(found), weakref.ref) and found() is not None for found in sample)
    return alive * 2 >= max(len(sample), 1)


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
    """What is read of a container, read again if another thread of the workload has changed it meanwhile."""
    for _ in range(TRIES):
        try:
            return read()
        except (RuntimeError, IndexError):
            continue
    return otherwise


def _more_of_a_type(new: List[object]) -> List[Grown]:
    by_type: Dict[type, List[object]] = {}
    for found in new:
        if not issubclass(type(found), weakref.ref):
            by_type.setdefault(type(found), []).append(found)
    most = sorted(by_type.values(), key=len, reverse=True)[:FOLLOWED]
    return [Grown(spread(found, SAMPLE), len(found), None, 0) for found in most if len(found) > 1]


def spread(found: List[T], count: int) -> List[T]:
    """Some of them, from one end to the other."""
    if len(found) <= count:
        return list(found)
    return [found[place * (len(found) - 1) // (count - 1)] for place in range(count)]
