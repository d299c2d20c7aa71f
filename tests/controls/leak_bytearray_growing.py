"""Append one byte per operation to a log that is never cut.

Leaks: one byte per operation, with a sixteenth on average for what is made ahead. One object, whose block moves
between allocators as it grows.
"""

TRUTH = "leaking"
RATE = 1.06
HOLDER = "LOG"
LOG = bytearray()


def operation(i):
    LOG.append(i % 251)  # leaks
    return LOG[-1] * 3 + len(str(i))
