"""Containers with a known bound, and how full they are: what could explain growth that must end.

Looked for among all objects that the collector tracks: ``functools.lru_cache`` with a ``maxsize``, ``deque`` with a
``maxlen``, and what calls itself a cache, has a length and states its bound in an attribute, such as SQLAlchemy's
compiled statements and cachetools' classes.
"""

from __future__ import annotations

import functools
import gc
from collections import deque
from typing import TYPE_CHECKING, Any, List, Optional

from . import kinds

if TYPE_CHECKING:
    from . import replies

# Smaller ones fill within the warm-up, and what they hold is next to nothing.
LEAST_CAP = 10
# More than these are no caches but a leak of them.
MOST = 500
# What a class is called that is a cache, in small letters, and the attributes in which such classes state their bound.
CACHES = ("cache", "lru")
BOUNDS = ("capacity", "maxsize", "max_size", "max_entries", "maxlen")
_LRU_CACHE = type(functools.lru_cache()(len))


def find() -> List[replies.Cap]:
    """The largest containers: what each is, its size and its cap in entries, and a number that tells it from others."""
    entries = [entry for entry in map(_try, containers()) if entry is not None]
    return sorted(entries, key=lambda entry: -entry["size"])[:MOST]


def containers() -> List[object]:
    """All that has a length and a known bound, as far as the collector tracks it; no more than ``MOST``."""
    candidates = kinds.among(gc.get_objects(), _may_have_bound)
    return [candidate for candidate in candidates if _try(candidate) is not None][:MOST]


def size(container: Any) -> int:
    """The entries of a container that was found."""
    return int(container.cache_info().currsize) if type(container) is _LRU_CACHE else len(container)


def bound(container: Any) -> int:
    """The bound of a container that was found; at least 1."""
    if type(container) is _LRU_CACHE:
        return int(container.cache_info().maxsize or 1)
    return max(int((container.maxlen if type(container) is deque else _stated_bound(container)) or 1), 1)


def _may_have_bound(kind: type) -> bool:
    return kind is _LRU_CACHE or kind is deque or _is_called_a_cache(kind)


def _is_called_a_cache(kind: type) -> bool:
    try:
        return hasattr(kind, "__len__") and any(word in kind.__name__.lower() for word in CACHES)
    except Exception:  # whatever a metaclass of the stack's raises
        return False


def _try(candidate: object) -> Optional[replies.Cap]:
    """Return a description; None for an object that has none or raises when its attributes are read."""
    try:
        return _describe(candidate)
    except Exception:
        return None


def _describe(candidate: Any) -> Optional[replies.Cap]:
    kind = type(candidate)
    if kind is _LRU_CACHE:
        info = candidate.cache_info()
        wrapped = getattr(candidate, "__wrapped__", None)  # not always a function: sqlite3 wraps its connections
        parts = (getattr(wrapped, "__module__", None), getattr(wrapped, "__qualname__", type(wrapped).__name__))
        name = "lru_cache of %s" % ".".join(filter(None, parts))
        return _entry(candidate, name, info.currsize, info.maxsize)
    if kind is deque:
        return _entry(candidate, "deque", len(candidate), candidate.maxlen)
    name = "%s.%s" % (kind.__module__, kind.__name__)
    return _entry(candidate, name, len(candidate), _stated_bound(candidate))


def _stated_bound(cache: object) -> Optional[int]:
    stated = (getattr(cache, name, None) for name in BOUNDS)
    return next((bound for bound in stated if type(bound) is int), None)


def _entry(candidate: object, name: str, size: int, cap: Optional[int]) -> Optional[replies.Cap]:
    if cap is None or cap < LEAST_CAP:
        return None
    return {"id": id(candidate), "name": name, "size": size, "cap": cap}
