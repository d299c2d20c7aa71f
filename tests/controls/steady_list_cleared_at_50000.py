"""Collect results in a list that is cleared when it holds 50,000.

Does not leak, though it looks so for 50,000 operations, longer than many a measurement: the lowest points of the
sawtooth are level.
"""

TRUTH = "clean"
RATE = 0.0
RESULTS = []


def operation(i):
    RESULTS.append(i / 3)
    if len(RESULTS) >= 50_000:
        RESULTS.clear()
    return i % 11
