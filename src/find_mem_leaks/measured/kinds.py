"""Objects of some kinds among millions: each kind is asked, and of each object no more than its kind, in C.

A call for each object would take seconds where a workload keeps millions.
"""

from __future__ import annotations

from itertools import compress
from typing import Any, Callable, List


def among(objects: List[Any], is_wanted: Callable[[type], bool]) -> List[Any]:
    """Return the objects whose type is wanted; types go by their identity, since not all can be hashed or compared."""
    kinds = dict(zip(map(id, map(type, objects)), map(type, objects)))
    wanted = {number for number, kind in kinds.items() if is_wanted(kind)}
    if not wanted:
        return []
    return list(compress(objects, map(wanted.__contains__, map(id, map(type, objects)))))
