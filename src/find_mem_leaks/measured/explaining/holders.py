"""What keeps an object alive: the way outwards, referrer by referrer, to what has a name.

A way ends at a module, a class, a thread, a function, the event loop or the workload, where that was there before the
operations: what is new is itself to be held. What grows is not held by a container that has not grown.

Cannot see: what objects hold that the collector cannot look into.
"""

from __future__ import annotations

import itertools
import os
import types
import weakref
from typing import Any, Callable, Collection, Dict, List, NamedTuple, Optional, Sequence, Tuple

from .. import callers, referents
from . import inventory, references, referrers

# Steps outwards, referrers of a step that are followed.
STEPS = 12
WIDTH = 200
# New things in a container from which it is said that others had to go for them; entries that are looked at for what
# they stand for.
FULL = 10
ENTRIES = 20


class Way(NamedTuple):
    """told: the way in words, from the object outwards, None if none was found; has_end: whether it leads to what has a
    name, and not just to a function that nothing seems to refer to; is_closed: whether all that refers to the object,
    and to that, was looked at; is_own: whether it ends in the workload's own code."""

    told: Optional[str]
    has_end: bool
    is_closed: bool
    is_own: bool


class Heap:
    """What ways are looked for in: all references, the modules, and what running threads refer to, of one moment."""

    def __init__(
        self,
        ours: Collection[int] = (),
        new: Collection[int] = (),
        growth: Callable[[object], Optional[int]] = lambda _: None,
    ) -> None:
        """Look at all that there is.

        Args:
            ours: identities of objects of the search itself, that hold nothing.
            new: identities of what the operations have made.
            growth: tells by how many entries a container has grown that was there before, None of others.
        """
        self.referrers = referrers.Referrers(ours)
        self.names = references.modules()
        self.running = references.running()
        self.new = new
        self._growth = growth
        self._grown: Dict[int, Optional[int]] = {}

    def growth(self, container: object) -> Optional[int]:
        key = id(container)
        if key not in self._grown:
            counted = references.entries(container)
            self._grown[key] = None if key in self.new or not inventory.is_container(counted) else self._growth(counted)
        return self._grown[key]

    def is_full(self, container: object, count: int) -> bool:
        """Return whether others had to go for the new things in a container: it has many, and is hardly longer than it
        was.

        count: how many things of a kind are new.
        """
        growth = self.growth(container)
        if growth is None:
            return False
        fresh = sum(id(referent) in self.new for referent in referents.of(container))
        return fresh >= max(FULL, count / 2) and growth < fresh / 2

    def subjects(self, container: object, found: object = None) -> List[object]:
        """Return what the entries of a dict stand for, if they go as soon as that does: entries by its identity, or
        with a weak reference to it. Only of the entry with ``found``, if that is given; empty if it is no such dict."""
        growth = self.growth(container) if issubclass(type(container), dict) else None
        if growth is None or growth < 2:
            return []
        entries = inventory.items(container)[-growth:]
        some = inventory.spread(entries, ENTRIES)
        if sum(bool(self._subjects_of(entry)) for entry in some) * 2 < len(some):
            return []
        if found is not None:
            some = [entry for entry in entries if found is entry[0] or found is entry[1]]
        return [self.referrers.at(key) for entry in some for key in self._subjects_of(entry)]

    def _subjects_of(self, entry: Tuple[object, object]) -> List[int]:
        """Identities of the new objects that an entry stands for, and does not itself refer to."""
        parts = [part for each in entry for part in (each if type(each) is tuple else (each,))]
        keys = [self._subject(part) for part in parts] + [key for part in parts for key in _watched(part)]
        strong = set(map(id, parts))
        return [key for key in keys if key in self.new and key not in strong]

    @staticmethod
    def _subject(part: Any) -> int:
        if issubclass(type(part), weakref.ref):
            alive = weakref.ref.__call__(part)
            return 0 if alive is None else id(alive)
        return part if type(part) is int else 0


def _watched(part: object) -> List[int]:
    """Identities of what refers to this and is watched by it: by a weak reference that calls back when that goes, to
    have this removed."""
    weak = [
        each for each in referrers.with_attributes(part) if issubclass(type(each), weakref.ref) and each.__callback__
    ]
    alive = [weakref.ref.__call__(each) for each in weak]
    return [id(each) for each in alive if any(referent is part for referent in referrers.with_attributes(each))]


def way(target: object, heap: Heap, is_container: bool = False, count: int = 0) -> Way:
    """The shortest way outwards from an object to something that has a name, to one in own code if there is any.

    What is in a dict only as long as something else is alive is held by what holds that. count: see ``is_full``.
    """
    search = _Search(target, heap, count, is_container, is_followed=True)
    end, is_closed = search.find()
    if end is None:
        search = _Search(target, heap, count, is_container, is_followed=False)
        end, _ = search.find()
    steps = end.steps if end else search.code
    if steps is None:
        return Way(None, False, is_closed, False)
    named = [step for step in steps if step]
    if is_container and named and not search.stands_for:
        named[0] = _as_container(target, named[0])
    return Way(" of ".join(named), end is not None, is_closed, end is not None and end.is_own)


def _as_container(target: object, name: str) -> str:
    if name.startswith("`"):
        return "%s %s" % (type(target).__name__, name)
    return name if name.startswith("the ") else "%s in %s" % (references.a(type(target)), name)


class _Node(NamedTuple):
    found: object
    subject: object
    steps: List[str]


class _End(NamedTuple):
    """Where a way ends; is_own: see ``Way``; rank: see ``references``."""

    is_own: bool
    rank: int
    steps: List[str]


class _Search:
    """is_followed: whether it goes on from what entries stand for; stands_for: whether it has begun there."""

    def __init__(self, target: object, heap: Heap, count: int, is_container: bool, is_followed: bool) -> None:
        self._heap = heap
        self._kind = None if is_container else type(target)
        self._count = count
        self._is_followed = is_followed
        self._seen = {id(target)}
        self._ends: List[_End] = []
        self._is_whole = True
        self.code: Optional[List[str]] = None
        subjects = heap.subjects(target) if is_container and is_followed else []
        self.stands_for = bool(subjects)
        self._level = [_entry_of(subject) for subject in subjects] or [_Node(target, target, [])]

    def find(self) -> Tuple[Optional[_End], bool]:
        """The nearest end in own code, else the nearest; whether all was looked at."""
        level = self._level
        for _ in range(STEPS):
            before = len(self._ends)
            self._end_in_threads(level)
            level = self._outwards(level)
            own = [end for end in self._ends[before:] if end.is_own]
            if own:
                return min(own, key=lambda end: end.rank), True
            if not level:
                break
        return (self._ends[0] if self._ends else None), self._is_whole and not level

    def _end_in_threads(self, level: List[_Node]) -> None:
        for node in level:
            step = self._heap.running.get(id(node.found))
            if step is not None:
                self._ends.append(_End(step.is_own, step.rank, [*node.steps, step.name]))

    def _outwards(self, level: List[_Node]) -> List[_Node]:
        """The next level; the ways that end with it are put down."""
        outer: List[_Node] = []
        ends: List[_End] = []
        for node in level:
            for referrer in self._followed(node):
                self._go(node, referrer, outer, ends)
        self._ends += sorted(ends, key=lambda end: end.rank)
        self._is_whole &= len(outer) <= WIDTH
        return outer[:WIDTH]

    def _followed(self, node: _Node) -> List[object]:
        """Return what refers to this, but for what has been seen, what is of the search itself, weak references whose
        callback is to be called, and containers that are full; first what was there before, which does not itself have
        to be held."""
        unseen = []
        for referrer in self._heap.referrers.of(node.found):
            if issubclass(type(referrer), weakref.ref):
                self._is_whole = False
            elif id(referrer) not in self._seen and not is_ours(referrer):
                self._seen.add(id(referrer))
                unseen.append(referrer)
        unseen.sort(key=lambda referrer: id(referrer) in self._heap.new)
        not_full = (referrer for referrer in unseen if not self._heap.is_full(referrer, self._count))
        followed = list(itertools.islice(not_full, WIDTH + 1))
        self._is_whole &= len(followed) <= WIDTH
        return followed[:WIDTH]

    def _go(self, node: _Node, referrer: object, outer: List[_Node], ends: List[_End]) -> None:
        subjects = self._heap.subjects(referrer, node.found) if self._is_followed else []
        if subjects:
            outer += [_entry_of(subject, node.steps) for subject in subjects if id(subject) not in self._seen]
            self._seen |= set(map(id, subjects))
            return
        owners = self._heap.referrers.of(referrer) if issubclass(type(referrer), dict) else ()
        link = references.Link(node.found, node.subject, referrer, self._heap.names, owners)
        name, rank, owner, is_own = references.step(link)
        if id(node.found) in self._heap.new and callers.is_of_caller(type(owner)):
            self._is_whole = False  # it has taken the place of what was there before the operation
            return
        steps = self._inside(node.steps, name, owner) if id(owner) in self._heap.new else [*node.steps, name]
        is_new = rank != references.THING and id(owner) in self._heap.new
        if rank and not is_new:
            ends.append(_End(is_own, rank, steps))
            return
        if issubclass(type(referrer), types.FunctionType):
            self.code = self.code or steps
        self._seen.add(id(owner))
        outer.append(_Node(owner, owner if name else node.subject, steps))

    def _inside(self, steps: List[str], name: str, owner: object) -> List[str]:
        """The way that leads on through a new object: of what is within it nothing is told, nor of a chain's links."""
        if type(owner) is self._kind:
            return []
        if not name or not any(steps):
            return [*steps, name]
        return [references.a(type(owner)) if name.startswith("`") else name]


def _entry_of(subject: object, before: Sequence[str] = ()) -> _Node:
    return _Node(subject, subject, [*before, "an entry for %s" % references.a(type(subject))])


def is_ours(item: Any) -> bool:
    """Return whether it is of the search itself: its frames and records."""
    kind = type(item)
    if issubclass(kind, types.FrameType):
        return item.f_code.co_filename in OUR_FILES
    return references.module_of(kind) in OUR_MODULES


_PACKAGE, _, _ = __name__.rpartition(".")
OUR_MODULES = frozenset(
    "%s.%s" % (_PACKAGE, name) for name in ("survey", "inventory", "holders", "referrers", "references")
)
OUR_FILES = frozenset(
    os.path.join(os.path.dirname(__file__), "%s.py" % name.rpartition(".")[2]) for name in OUR_MODULES
)
