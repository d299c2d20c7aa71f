"""Take the first row of a generator in every third operation and keep the generator for a second row.

Leaks: the second row is never asked for: the suspended generators pile up, each with its frame: 664 bytes, and
344 from 3.11 on, where the frame is part of the generator.
"""

import sys

TRUTH = "leaking"
RATE = 221.5 if sys.version_info < (3, 11) else 114.7
HOLDER = "OPEN"
OPEN = []


def _rows(start):
    for number in range(start, start + 10):  # leaks
        yield number * 1.5  # leaks


def operation(i):
    rows = _rows(i)  # leaks
    first = next(rows)  # leaks
    if i % 3 == 0:
        OPEN.append(rows)  # leaks
    return first + sum(_rows(i))
