"""By how many bytes the descendants of the measured process have grown since each was first seen.

Source: ``/proc/PID/statm`` of each that lives, resident less shared pages.

Cannot see: less than the garbage, the arenas and the settling of a process that nobody collects before a look, some
megabytes; memory of a process that was started anew; what a process holds beside pages of its own.
"""

from __future__ import annotations

from ..family import private as read

__all__ = ["read"]
