"""How many objects the garbage collector found and could not free: a count.

Source: ``gc.garbage``.

Cannot see: garbage that no collection has come by yet, or that the workload has taken out of that list.
"""

from __future__ import annotations

import gc


def read() -> int:
    return len(gc.garbage)
