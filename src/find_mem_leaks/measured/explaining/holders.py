"""What keeps an object alive: the way outwards, referrer by referrer, to what has a name.

A way ends at a module, a class, a thread, a function, the event loop or the workload.

Cannot see: what objects hold that the collector cannot look into.
"""

from __future__ import annotations

import os
import types
import weakref
from typing import Any, Collection, List, NamedTuple, Optional, Tuple

from . import references
from .referrers import Referrers

# Steps outwards, referrers of a step that are followed.
STEPS = 12
WIDTH = 200


class Way(NamedTuple):
    """told: the way in words, from the object outwards, None if none was found; has_end: whether it leads to what has a
    name, and not just to a function that nothing seems to refer to; is_closed: whether all that refers to the object,
    and to that, was looked at."""

    told: Optional[str]
    has_end: bool
    is_closed: bool


class Heap:
    """What ways are looked for in: all references, the modules, and what running threads refer to, of one moment.

    ours: identities of objects of the search itself, that hold nothing.
    """

    def __init__(self, ours: Collection[int] = ()) -> None:
        self.referrers = Referrers(ours)
        self.names = references.modules()
        self.running = references.running()


def way(target: Any, heap: Heap, is_container: bool = False) -> Way:
    """The shortest way outwards from an object to something that has a name."""
    search = _Search(target, heap)
    ended, is_closed = search.find()
    steps = ended or search.code
    if steps is None:
        return Way(None, False, is_closed)
    named = [step for step in steps if step]
    if is_container and named:
        named[0] = _as_container(target, named[0])
    return Way(" of ".join(named), ended is not None, is_closed)


def _as_container(target: Any, name: str) -> str:
    if name.startswith("`"):
        return "%s %s" % (type(target).__name__, name)
    return name if name.startswith("the ") else "%s in %s" % (references.a(type(target)), name)


class _Node(NamedTuple):
    found: Any
    subject: Any
    steps: List[str]


class _Search:
    def __init__(self, target: Any, heap: Heap) -> None:
        self._target = target
        self._heap = heap
        self._seen = {id(target)}
        self.code: Optional[List[str]] = None
        self._is_whole = True

    def find(self) -> Tuple[Optional[List[str]], bool]:
        level = [_Node(self._target, self._target, [])]
        running = self._heap.running
        for _ in range(STEPS):
            held = next((node for node in level if id(node.found) in running), None)
            if held is not None:
                return [*held.steps, running[id(held.found)]], True
            outer, ends = self._outwards(level)
            if ends:
                return min(ends, key=lambda end: end[0])[1], True
            if not outer:
                return None, self._is_whole
            level = outer
        return None, False

    def _outwards(self, level: List[_Node]) -> Tuple[List[_Node], List[Tuple[int, List[str]]]]:
        """The next level, and the ways that end with it, each with its rank."""
        outer: List[_Node] = []
        ends: List[Tuple[int, List[str]]] = []
        for node in level:
            for referrer in self._followed(node):
                owners = self._heap.referrers.of(referrer) if issubclass(type(referrer), dict) else ()
                link = references.Link(node.found, node.subject, referrer, self._heap.names, owners)
                self._go(link, node.steps, outer, ends)
        self._is_whole &= len(outer) <= WIDTH
        return outer[:WIDTH], ends

    def _followed(self, node: _Node) -> List[Any]:
        """What refers to this, but for what has been seen, what is of the search itself, and weak references whose
        callback is to be called."""
        followed = []
        for referrer in self._heap.referrers.of(node.found):
            if issubclass(type(referrer), weakref.ref):
                self._is_whole = False
            elif id(referrer) not in self._seen and not is_ours(referrer):
                self._seen.add(id(referrer))
                followed.append(referrer)
        self._is_whole &= len(followed) <= WIDTH
        return followed[:WIDTH]

    def _go(
        self, link: references.Link, before: List[str], outer: List[_Node], ends: List[Tuple[int, List[str]]]
    ) -> None:
        name, rank, owner = references.step(link)
        steps = [*before, name]
        if rank:
            ends.append((rank, steps))
            return
        if issubclass(type(link.referrer), types.FunctionType):
            self.code = self.code or steps
        self._seen.add(id(owner))
        outer.append(_Node(owner, owner if name else link.subject, steps))


def is_ours(found: Any) -> bool:
    """Whether it is of the search itself: its frames and records."""
    kind = type(found)
    if issubclass(kind, types.FrameType):
        return found.f_code.co_filename in OUR_FILES
    return kind.__module__ in OUR_MODULES


_PACKAGE, _, _ = __name__.rpartition(".")
OUR_MODULES = frozenset(
    "%s.%s" % (_PACKAGE, name) for name in ("survey", "inventory", "holders", "referrers", "references")
)
OUR_FILES = frozenset(
    os.path.join(os.path.dirname(__file__), "%s.py" % name.rpartition(".")[2]) for name in OUR_MODULES
)
