"""Append each measurement to a ``deque(maxlen=200_000)``.

Does not leak: it grows for 200,000 operations, then each new measurement drives out the oldest.
"""

import collections

TRUTH = "clean"
RATE = 0.0
RECENT = collections.deque(maxlen=200_000)


def operation(i):
    RECENT.append(i / 3)
    return RECENT[0] + RECENT[-1]
