"""Blocks that Python's small-object allocator has handed out: a count, not bytes.

Source: ``sys.getallocatedblocks()``.

Cannot see: memory that C code asks for, the size of a block; reads 0 under ``PYTHONMALLOC=malloc``.
"""

from __future__ import annotations

import sys

read = sys.getallocatedblocks
