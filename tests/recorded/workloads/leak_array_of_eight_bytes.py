"""Append one 8-byte number to an array of all response times.

Leaks: slowly, 8 bytes an operation, and the array moves when it has to grow.
"""

import array

TRUTH = "leaking"
RATE = 8.0
REQUIRES = ()

TIMES = array.array("q")


def operation(i):
    TIMES.append(i * 7)  # leaks
    return TIMES[-1]
