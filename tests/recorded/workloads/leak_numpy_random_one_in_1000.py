"""Keep a numpy array of 100 kB with a chance of one in a thousand.

Leaks: rarely and at random, but without end: some 100 bytes an operation on average.
"""

import random

import numpy as np

TRUTH = "leaking"
RATE = 100.0
REQUIRES = ("numpy",)

KEPT = []
_random = random.Random(5)


def operation(i):
    array = np.ones(12500)
    if _random.random() < 0.001:
        KEPT.append(array)  # leaks
    return array[0]
