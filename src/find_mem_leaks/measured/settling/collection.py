"""Garbage collection around a reading, so that garbage which is merely waiting never counts as live.

A full collection walks every object that the stack's imports have made: 15 to 170 ms. Between ``begin_round`` and
``end_round`` the objects that were alive at the round's beginning are set aside (``gc.freeze``), so a reading costs
only what the round itself has made. The round's end puts them back and collects everything.

Garbage is collected again for as long as something is freed: an object of a cycle may let go of another cycle only
when it is itself collected.

CPython's cache of attribute look-ups is emptied too: its 4,096 places keep names alive, and C code that makes such
names anew for each look-up fills it at random for tens of thousands of operations, which looks like a slow leak.

A workload that has switched the collector off, or has frozen objects itself, is left as it is: its cycles are then
never freed in production either.
"""

from __future__ import annotations

import gc
import sys
from typing import List, Optional

from . import opcode_caches, sqlite_cursors

_clear_type_cache = getattr(sys, "_clear_type_cache", None) or getattr(sys, "_clear_internal_caches", None)
# Collections at most: finalizers that make new garbage each time would never have done.
MOST_COLLECTIONS = 5
# CPython 3.12 starts with some objects set aside: only more than these are the workload's doing.
_FROZEN_AT_START = gc.get_freeze_count()
# Made right after objects were set aside here, None between rounds: where it is set aside too, the workload did so.
_canary: Optional[List[None]] = None


def begin_round() -> None:
    global _canary
    sqlite_cursors.find()
    opcode_caches.find()
    if gc.isenabled() and gc.get_freeze_count() <= _FROZEN_AT_START:
        gc.freeze()
        _canary = []


def collect() -> None:
    if _clear_type_cache is not None:
        _clear_type_cache()
    if gc.isenabled():
        _collect_all()
    sqlite_cursors.drop_dead_references()


def _collect_all() -> None:
    for _ in range(MOST_COLLECTIONS):
        if not gc.collect():
            break


def end_round() -> None:
    global _canary
    canary, _canary = _canary, None
    if canary is not None and any(tracked is canary for tracked in gc.get_objects()):
        gc.unfreeze()
    collect()
    sqlite_cursors.forget()
