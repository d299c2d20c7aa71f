"""How full containers with a known bound are, those that were found (``caps``): the sum of it, in millionths.

Beside the number of all entries it tells two containers of different bounds apart, whose entries need not be of one
size.

Source: the containers' own lengths and bounds.

Cannot see: what ``entries`` cannot; a third container that moves as well.
"""

from __future__ import annotations

from .. import caps
from . import entries

FULL = 1_000_000


def read() -> int:
    return sum(FULL * caps.size(container) // caps.bound(container) for container in entries.found())
