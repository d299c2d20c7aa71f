"""Open a file in every 1,200th operation and lose its descriptor, a bare number in an array made beforehand.

Leaks: descriptors, and the kernel's memory behind them. Nothing of it is memory of the process: live bytes, blocks and
resident memory all stay flat. A million operations lose 834 descriptors.
"""

import array
import os

TRUTH = "leaking"
RATE = None
HOLDER = "the operating system"
LOST = array.array("i", [-1]) * 8192


def operation(i):
    descriptor = os.open(os.devnull, os.O_RDONLY)  # leaks
    os.read(descriptor, 16)
    os.fstat(descriptor)
    if i % 1200 == 0:
        LOST[i // 1200 % len(LOST)] = descriptor
    else:
        os.close(descriptor)
    return sorted((i * k) % 31 for k in range(80))


def teardown():
    for place, descriptor in enumerate(LOST):
        if descriptor >= 0:
            os.close(descriptor)
            LOST[place] = -1
