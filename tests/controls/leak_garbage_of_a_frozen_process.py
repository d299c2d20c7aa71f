"""Frozen, with thresholds as people set them for services: what has survived a collection is garbage for good.

The last 5,000 cycles are kept. A cycle that falls out of them waits in the second generation, which is collected after
25 million objects.
"""

import gc
from collections import deque

TRUTH = "leaking"
RATE = 2_200.0
HOLDER = "nothing but a reference cycle"

RECENT = deque(maxlen=5_000)


def setup():
    gc.freeze()
    gc.set_threshold(5_000, 5_000, 1_000)


def operation(i):
    cycle = [bytearray(2_000)]  # leaks
    cycle.append(cycle)  # leaks
    RECENT.append(cycle)
