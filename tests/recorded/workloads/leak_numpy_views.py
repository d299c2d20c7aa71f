"""Keep the first two elements of a 16 kB array as a view, in one operation of twenty.

Leaks: the view holds the whole array.
"""

import numpy as np

TRUTH = "leaking"
RATE = 811.0
REQUIRES = ("numpy",)

HEADS = []


def operation(i):
    samples = np.sqrt(np.arange(i, i + 2000, dtype="float64"))
    if i % 20 == 0:
        HEADS.append(samples[:2])  # leaks
    return float(samples.mean())
