"""Cycles that are kept for a while and become garbage in the oldest generation, which the default thresholds collect
again and again: a saw-tooth of tens of megabytes."""

from collections import deque

TRUTH = "clean"
RATE = 0.0

RECENT = deque(maxlen=20_000)


def operation(i):
    cycle = [bytearray(1_000)]
    cycle.append(cycle)
    RECENT.append(cycle)
