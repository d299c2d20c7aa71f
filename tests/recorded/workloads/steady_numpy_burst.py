"""Make a temporary array of 8 MB in one operation of 100, and one of 80 kB in the others.

Does not leak: each array is freed before the operation ends.
"""

import numpy as np

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("numpy",)


def operation(i):
    size = 1_000_000 if i % 100 == 0 else 10_000
    return float(np.sqrt(np.full(size, i, dtype="float64")).sum())
