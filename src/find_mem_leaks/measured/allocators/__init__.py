"""The allocators that may stand behind ``malloc``, one per file; each says where its figures come from and what it
cannot see.

An allocator is made from the process's global symbols (``ctypes.CDLL(None)``), and raises ``AttributeError`` or
``OSError`` where it is not there. It keeps nothing that grows from call to call: a reading is not itself growth.

``answering`` finds the one that answers; ``objects`` says which allocator Python's own objects come from.
"""

from __future__ import annotations

from typing import Tuple


class Allocator:
    """An allocator that has no way to do more than it must."""

    def read(self) -> Tuple[int, int]:
        """Bytes that it has handed out and that are still in use, and bytes that it has taken from the system."""
        return 0, 0

    def kept(self) -> int:
        """Bytes that it holds and could hand out without taking more; what it cannot see of them is left out."""
        return 0

    def trim(self) -> bool:
        """Give back to the system what can be given back; False if it has no way to."""
        return False

    def describe(self) -> str:
        """Its name and version, as in ``glibc 2.36``."""
        raise NotImplementedError

    def blind(self) -> str:
        """Return why ``read`` misses native memory; empty where it misses none. Once it says something it goes on
        to."""
        return ""
