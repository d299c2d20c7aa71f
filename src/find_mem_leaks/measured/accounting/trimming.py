"""What the C heap gives back to the system when it is asked to."""

from __future__ import annotations

from typing import Optional

from ..probes import heap, resident


def trim() -> Optional[int]:
    """Resident bytes that were given back; None where the allocator has no way to."""
    before = resident.rss()
    return before - resident.rss() if heap.allocator.trim() else None
