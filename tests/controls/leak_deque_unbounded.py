"""Append a measurement to a deque that was made without maxlen, in the belief that old ones fall out.

Leaks: a float (32 bytes with padding) and a place in the deque's blocks (8.25) per operation.
"""

import collections
import itertools

TRUTH = "leaking"
RATE = 40.25
HOLDER = "RECENT"
RECENT = collections.deque()


def operation(i):
    RECENT.append(i * 0.5)  # leaks
    return sum(itertools.islice(reversed(RECENT), 10))
