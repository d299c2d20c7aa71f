"""Live bytes: every byte that Python's allocator and the C heap have handed out and not got back.

Source: ``pymalloc`` plus ``heap``.

Cannot see: memory that neither hands out, such as pages that a C library maps itself (see ``resident``).
"""

from __future__ import annotations

from . import heap, pymalloc


def read() -> int:
    return pymalloc.read() + heap.read()
