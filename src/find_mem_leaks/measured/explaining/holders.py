"""What keeps an object alive: the way outwards, referrer by referrer, to what has a name.

A way ends at a module, a class, a thread, a function, the event loop or the workload.

Cannot see: what objects hold that the collector cannot look into.
"""

from __future__ import annotations

import gc
import os
import types
import weakref
from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple

from . import inventory, references

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


def way(target: Any, ours: Set[int], is_container: bool = False) -> Way:
    """The shortest way outwards from an object to something that has a name; ``ours``: ids of what is not followed."""
    search = _Search(target, ours)
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
    def __init__(self, target: Any, ours: Set[int]) -> None:
        self._target = target
        self._seen = ours | {id(target)}
        self._names = references.modules()
        self._running = references.running()
        self.code: Optional[List[str]] = None
        self._is_whole = True

    def find(self) -> Tuple[Optional[List[str]], bool]:
        """Level by level, since every question for referrers walks all objects."""
        level = [_Node(self._target, self._target, [])]
        for _ in range(STEPS):
            held = next((node for node in level if id(node.found) in self._running), None)
            if held is not None:
                return [*held.steps, self._running[id(held.found)]], True
            outer, ends = self._outwards(level)
            if ends:
                return min(ends, key=lambda end: end[0])[1], True
            if not outer:
                return None, self._is_whole
            level = outer
        return None, False

    def _outwards(self, level: List[_Node]) -> Tuple[List[_Node], List[Tuple[int, List[str]]]]:
        """The next level, and the ways that end with it, each with its rank."""
        nodes = {id(node.found): node for node in level}
        outer: List[_Node] = []
        ends: List[Tuple[int, List[str]]] = []
        referrers = _referrers([node.found for node in level])
        self._seen |= set(map(id, (nodes, level, outer, ends, referrers)))
        followed = [found for found in referrers if id(found) not in self._seen and self._is_followed(found)]
        self._is_whole &= len(followed) <= WIDTH
        del followed[WIDTH:]
        owners = _owners([found for found in followed if issubclass(type(found), dict)])
        self._seen |= set(map(id, (followed, owners, *owners.values(), *followed)))
        for referrer in followed:
            node = next((nodes[id(found)] for found in gc.get_referents(referrer) if id(found) in nodes), None)
            if node is not None:
                link = references.Link(node.found, node.subject, referrer, self._names, owners.get(id(referrer), ()))
                self._go(link, node.steps, outer, ends)
        return outer, ends

    def _is_followed(self, referrer: Any) -> bool:
        """Whether a referrer is not of the search itself, nor a weak reference whose callback is to be called."""
        if issubclass(type(referrer), weakref.ref):
            self._is_whole = False
            return False
        return not is_ours(referrer)

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


def _owners(dicts: List[Any]) -> Dict[int, List[Any]]:
    """What refers to each of these, by its id."""
    owners: Dict[int, List[Any]] = {id(found): [] for found in dicts}
    for owner in gc.get_referrers(*dicts) if dicts else ():
        for found in gc.get_referents(owner):
            if id(found) in owners and owner is not dicts:
                owners[id(found)].append(owner)
    return owners


def _referrers(level: List[Any]) -> List[Any]:
    """The collector tells only of those that it tracks: tuples and dicts of strings and the like it does not."""
    referrers = gc.get_referrers(*level)
    untracked = [found for found in level if not gc.is_tracked(found)]
    if not untracked:
        return referrers
    wanted = set(map(id, untracked))
    others = (found for found in inventory.everything() if type(found) in (dict, tuple) and not gc.is_tracked(found))
    return referrers + [other for other in others if any(id(found) in wanted for found in gc.get_referents(other))]


def is_ours(found: Any) -> bool:
    """Whether it is of the search itself: its frames and records."""
    kind = type(found)
    if issubclass(kind, types.FrameType):
        return found.f_code.co_filename in OUR_FILES
    return kind.__module__ in OUR_MODULES


_PACKAGE, _, _ = __name__.rpartition(".")
OUR_MODULES = frozenset("%s.%s" % (_PACKAGE, name) for name in ("survey", "inventory", "holders", "references"))
OUR_FILES = frozenset(
    os.path.join(os.path.dirname(__file__), "%s.py" % name.rpartition(".")[2]) for name in OUR_MODULES
)
