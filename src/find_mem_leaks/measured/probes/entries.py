"""Entries in containers with a known bound: how many there are in all of those that were found (``caps``).

Source: the containers' own lengths.

Cannot see: containers that came after they were looked for, that have no name or bound that tells them, or that are
smaller than ``caps.LEAST_CAP``; how large an entry is.
"""

from __future__ import annotations

import functools
import weakref
from typing import Callable, Iterator, List

from .. import caps

_found: List[Callable[[], object]] = []


def find() -> None:
    """Look for them anew; those that cannot be referred to weakly stay in memory as long as this process."""
    _found[:] = map(_reference, caps.containers())


def found() -> Iterator[object]:
    """Those that were found and are still there."""
    return filter(lambda container: container is not None, (reference() for reference in _found))


def read() -> int:
    return sum(map(caps.size, found()))


def _reference(container: object) -> Callable[[], object]:
    try:
        return weakref.ref(container)
    except TypeError:
        return functools.partial(_itself, container)


def _itself(container: object) -> object:
    return container
