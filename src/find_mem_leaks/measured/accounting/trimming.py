"""What the C heap gives back to the system when it is asked to."""

from __future__ import annotations

from typing import Any, Optional

from ..probes import resident


def trim() -> Optional[int]:
    """Resident bytes that were given back; None where there is no ``malloc_trim``."""
    try:
        import ctypes

        malloc_trim: Any = ctypes.CDLL(None).malloc_trim
    except (ImportError, AttributeError, OSError):
        return None
    before = resident.rss()
    malloc_trim(0)
    return before - resident.rss()
