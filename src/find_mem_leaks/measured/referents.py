"""What objects refer to, as the collector sees it.

CPython 3.12 shows, of its module ``_asyncio``, the dead iterators that it keeps for reuse: who gets a reference to one
and lets go of it frees it once more, and the next collection never ends (gh-122695, mended in its later releases). That
module is not asked.
"""

from __future__ import annotations

import gc
import sys
from typing import Any, List


def without_dead(*objects: object) -> List[Any]:
    """Return what these refer to, but for ``_asyncio``."""
    asyncio = sys.modules.get("_asyncio")
    return gc.get_referents(*[each for each in objects if each is not asyncio])


of = without_dead if sys.version_info[:2] == (3, 12) else gc.get_referents
