"""Keep a tuple and its float in every seventh operation.

Leaks: a tuple of two (64 bytes with the collector's header), a float (32), an int (32) and a list's place, once in
seven operations.
"""

TRUTH = "leaking"
RATE = 19.5
HOLDER = "SAMPLES"
SAMPLES = []


def operation(i):
    sample = (i + 1_000_000, i / 7)  # leaks
    if i % 7 == 0:
        SAMPLES.append(sample)
    return max(sample)
