"""What is new after some operations, and what keeps it alive: a look through the collector's eyes.

First containers that grew, since most leaks are an entry more in something; then objects of which there are more than
before. From each the way is followed outwards, referrer by referrer, to a module, a class, a thread, a frame or a
function that holds it.

Cannot see: what only C code refers to, and objects that the collector doesn't track unless a container holds them.
"""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
import types
import weakref
from collections import Counter, deque
from typing import Any, Callable, Dict, List, Optional, Tuple

CONTAINERS = (list, dict, set, deque, bytearray)
# Containers and types that are followed, entries of each that are looked at, steps outwards, frames of an allocation.
FOLLOWED = 5
CANDIDATES = 20
SAMPLE = 20
STEPS = 12
WIDTH = 200
FRAMES = 12
SUSPENDED = (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
PASSED = (*SUSPENDED, types.CellType, tuple, list, set, frozenset, deque)
WORKLOADS = ("StackWorkload", "ServedWorkload", "Operations")
_PACKAGE = __name__.rsplit(".", 1)[0]


def survey(work: Callable[[], None], put: Optional[Callable[[Callable[[], int]], Any]] = None) -> List[Dict[str, Any]]:
    """Carry out ``work``; what grew by it, most first: type of what is new, how many, where allocated, and the holder.

    Each entry: ``type``, ``count``, ``places`` (lists of file and line, innermost first), ``holder``; ``put``: of the
    container that grew most, what the function ``put`` says when it is given a way to read the container's length.
    """
    gc.collect()
    before = _Inventory()
    tracemalloc.start(FRAMES)
    try:
        work()
        gc.collect()
        grown = _grown(before)
        entries = [_entry(*found) for found in grown]
    finally:
        tracemalloc.stop()
    for entry, (_, _, container) in zip(entries, grown):
        if put is not None and container is not None and entry["holder"]:
            entry["put"] = put(container.__len__)
            break
    return entries


class _Inventory:
    """The sizes of all containers, and which objects there are."""

    def __init__(self) -> None:
        objects = _all_objects()
        self.sizes = {id(found): len(found) for found in objects if type(found) in CONTAINERS}
        self.known = {id(found) for found in objects}


def _all_objects() -> List[Any]:
    """What the collector tracks, and dicts that it doesn't, since all that they hold is strings and the like."""
    objects = gc.get_objects()
    held = gc.get_referents(*objects)
    untracked = {id(found): found for found in held if type(found) is dict and not gc.is_tracked(found)}
    return objects + list(untracked.values())


def _grown(before: _Inventory) -> List[Tuple[List[Any], int, Any]]:
    """New objects (a sample), how many there are, and the container that they are in, or None."""
    objects = _all_objects()
    skipped = {id(before.sizes), id(before.known), id(before.__dict__), id(objects)}
    grown = []
    for found in objects:
        if type(found) in CONTAINERS and id(found) in before.sizes and id(found) not in skipped:
            growth = len(found) - before.sizes[id(found)]
            if growth > 1:
                grown.append((growth, found))
    grown.sort(key=lambda item: -item[0])
    entries = ((_newest(container, growth), growth, container) for growth, container in grown[:CANDIDATES])
    holding = [entry for entry in entries if not _is_weak(entry[0])]
    return holding[:FOLLOWED] + _more_of_a_type(objects, before)


def _is_weak(sample: List[Any]) -> bool:
    """Whether these are references that keep nothing alive."""
    return sum(isinstance(found, weakref.ref) for found in sample) * 2 >= len(sample)


def _more_of_a_type(objects: List[Any], before: _Inventory) -> List[Tuple[List[Any], int, Any]]:
    by_type: Dict[type, List[Any]] = {}
    for found in objects:
        if id(found) not in before.known and not _is_ours(found) and not isinstance(found, weakref.ref):
            by_type.setdefault(type(found), []).append(found)
    most = sorted(by_type.values(), key=len, reverse=True)[:FOLLOWED]
    return [([*found[:SAMPLE], *found[-SAMPLE:]], len(found), None) for found in most if len(found) > 1]


def _is_ours(found: Any) -> bool:
    """Whether it is of this file: the frames and records of the search itself."""
    if isinstance(found, types.FrameType):
        return found.f_code.co_filename == __file__
    return type(found).__module__ == __name__


def _newest(container: Any, growth: int) -> List[Any]:
    """The entries that came last."""
    count = min(growth, SAMPLE)
    if isinstance(container, dict):
        entries = list(container.items())[-count:]
        return [value for _, value in entries] + [key for key, _ in entries]
    if isinstance(container, (list, deque)):
        return [container[-place] for place in range(1, count + 1)]
    return list(container)[:count] if isinstance(container, set) else [container]


def _entry(sample: List[Any], count: int, container: Any) -> Dict[str, Any]:
    made = [found for found in sample if tracemalloc.get_object_traceback(found)] or sample
    kinds = Counter(type(found).__name__ for found in made if found is not None)
    return {
        "type": kinds.most_common(1)[0][0] if kinds else "NoneType",
        "count": count,
        "places": _places(sample),
        "holder": _holder(sample, container),
    }


def _holder(sample: List[Any], container: Any) -> Optional[str]:
    """Of a chain only the last link has a short way out, and the collector knows no order: try both ends."""
    if container is not None:
        return _Way(container, [sample]).told(is_container=True)
    ways = (_Way(found, [sample]).told(is_container=False) for found in (sample[-1], sample[0]))
    return next(filter(None, ways), None)


def _places(sample: List[Any]) -> List[List[Tuple[str, int]]]:
    """Where some of these were allocated: file and line, innermost first."""
    places = []
    for found in sample:
        trace = tracemalloc.get_object_traceback(found)
        if trace:
            places.append([(frame.filename, frame.lineno) for frame in reversed(trace)])
    return places


Step = Tuple[str, bool, Any]


class _Way:
    """The shortest way outwards from an object to something that has a name of its own."""

    def __init__(self, target: Any, ours: List[Any]) -> None:
        self._target = target
        self._seen = {id(found) for found in ours} | {id(ours), id(target)}
        self._modules = {id(getattr(module, "__dict__", None)): name for name, module in list(sys.modules.items())}

    def told(self, is_container: bool) -> Optional[str]:
        """In words, from the object outwards; None if nothing was found that holds it."""
        steps = self._find()
        if steps is None:
            return None
        steps = [step for step in steps if step]
        return " of ".join(["%s %s" % (type(self._target).__name__, steps[0]), *steps[1:]] if is_container else steps)

    def _find(self) -> Optional[List[str]]:
        """Level by level, since every question for referrers walks all objects."""
        level: Dict[int, Tuple[Any, List[str]]] = {id(self._target): (self._target, [])}
        for _ in range(STEPS):
            outer: Dict[int, Tuple[Any, List[str]]] = {}
            referrers = gc.get_referrers(*[found for found, _ in level.values()])
            self._seen |= {id(referrers), id(level), id(outer)}
            for referrer in referrers:
                if id(referrer) in self._seen or _is_ours(referrer) or isinstance(referrer, weakref.ref):
                    continue
                self._seen.add(id(referrer))
                inner = next((id(found) for found in gc.get_referents(referrer) if id(found) in level), None)
                if inner is None:
                    continue
                found, steps = level[inner]
                name, is_last, owner = self._name(found, referrer)
                if is_last:
                    return [*steps, name]
                self._seen.add(id(owner))
                if len(outer) < WIDTH:
                    outer[id(owner)] = (owner, [*steps, name])
            level = outer
            if not level:
                break
        return None

    def _name(self, found: Any, referrer: Any) -> Step:
        """What the referrer calls the object, whether that is a name to end with, and what to go on from."""
        if isinstance(referrer, dict):
            return self._name_in_dict(found, referrer)
        if isinstance(referrer, type):
            return "`%s.%s`" % (referrer.__qualname__, _attribute(referrer, found)), True, referrer
        if isinstance(referrer, types.FrameType):
            return "`%s` of a running %s()" % (_local(referrer, found), referrer.f_code.co_name), True, referrer
        if isinstance(referrer, types.FunctionType):
            return "function %s()" % referrer.__qualname__, True, referrer
        if isinstance(referrer, PASSED):
            return _passed(referrer), False, referrer
        return self._name_in_object(found, referrer)

    def _name_in_object(self, found: Any, owner: Any) -> Step:
        if type(owner).__module__.startswith(_PACKAGE) and type(owner).__name__ in WORKLOADS:
            return "the workload", True, owner
        name = "`%s.%s`" % (type(owner).__name__, _attribute(owner, found))
        return name, isinstance(owner, threading.Thread), owner

    def _name_in_dict(self, found: Any, attributes: Dict[Any, Any]) -> Step:
        key = next((key for key, value in list(attributes.items()) if value is found), None)
        if id(attributes) in self._modules:
            return "`%s` of module %s" % (key, self._modules[id(attributes)]), True, attributes
        if isinstance(key, str):
            for owner in gc.get_referrers(attributes):
                if isinstance(owner, type) and vars(owner).get(key) is found:
                    return "`%s.%s`" % (owner.__qualname__, key), True, owner
                if _has_dict(owner, attributes):
                    return self._name_in_object(found, owner)
        return "a dict", False, attributes


def _passed(referrer: Any) -> str:
    """What is said of something on the way that names nothing; empty if it goes without saying."""
    if isinstance(referrer, SUSPENDED):
        return "a suspended %s()" % referrer.__qualname__
    return "" if isinstance(referrer, (types.CellType, tuple)) else "a %s" % type(referrer).__name__


def _has_dict(owner: Any, attributes: Dict[Any, Any]) -> bool:
    return getattr(type(owner), "__dictoffset__", 0) != 0 and getattr(owner, "__dict__", None) is attributes


def _attribute(owner: Any, found: Any) -> str:
    """The attribute of ``owner`` that is ``found``; a question mark if none is."""
    names: Dict[str, Any] = dict(getattr(owner, "__dict__", None) or {})
    for kind in type(owner).__mro__:
        for name in getattr(kind, "__slots__", ()):
            names.setdefault(name, getattr(owner, name, None))
    return next((name for name, value in names.items() if value is found), "?")


def _local(frame: types.FrameType, found: Any) -> str:
    return next((name for name, value in frame.f_locals.items() if value is found), "?")
