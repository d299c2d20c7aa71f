"""The clocks of the measured process, which a test that stops or replaces time does not reach.

A suite may freeze time for a class, a module or a session. It then stands still between the calls of a test too, and
freezegun replaces functions of `time` in all modules that have them, whoever imported them. It does not in defaults of
arguments.
"""

from __future__ import annotations

import time
from typing import Callable


def seconds(read: Callable[[], float] = time.perf_counter) -> float:
    """Return the seconds of a clock that only goes forward."""
    return read()


def of_processor(read: Callable[[], float] = time.process_time) -> float:
    """Return the seconds that this process had of the processor."""
    return read()
