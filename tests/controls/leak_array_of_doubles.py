"""Append a latency to an ``array('d')`` that is never summed up and cleared.

Leaks: 8 bytes per operation and a sixteenth at most for what is made ahead. No object is kept, one block grows.
"""

import array

TRUTH = "leaking"
RATE = 8.3
HOLDER = "LATENCIES"
LATENCIES = array.array("d")


def operation(i):
    LATENCIES.append((i % 100) / 8)  # leaks
    return max(LATENCIES[-10:])
